using System.Reflection;
using System.Security.Claims;
using Bunit;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>What parts of a page do: each states who may, and does nothing for anybody else, whatever reaches it.</summary>
public sealed class ComponentActionTests
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;

    // Pages with these policies are opened by more people than may act on them.
    private static readonly string[] Wide = [Policies.Viewer, Policies.Wall];

    // What changes something and leaves the audit to its caller.
    private static readonly string[] Acting = ["Audit", "StayDesk", "AlarmEngine", "BulkJobs", "KeyBook", "SecondFactor", "ScenarioBoard", "FaultControl", "ScriptRunner"];

    /// <summary>Every part that states a policy for what it does, with it, by name.</summary>
    public static IEnumerable<(Type Part, string Policy)> Stated() =>
        from part in typeof(Program).Assembly.GetTypes()
        let stated = part.GetCustomAttribute<ActsAttribute>()
        where stated is not null
        orderby part.Name
        select (part, stated.Policy);

    [Fact]
    public void Every_part_of_a_page_that_can_act_states_a_policy() => Assert.Empty(
        from part in typeof(Program).Assembly.GetTypes()
        where part.IsSubclassOf(typeof(ComponentBase)) && !part.IsAbstract && part.GetCustomAttribute<ActsAttribute>() is null
        where !part.GetCustomAttributes<RouteAttribute>().Any() || part.GetCustomAttributes<AuthorizeAttribute>().Any(stated => Wide.Contains(stated.Policy))
        from owner in Lineage(part)
        from property in owner.GetProperties(Own)
        where property.GetCustomAttribute<InjectAttribute>() is not null && CanAct(property.PropertyType)
        select $"{part.Name} has {property.PropertyType.Name}");

    [Theory]
    [InlineData(Roles.Admin, false)]
    [InlineData(Roles.Nurse, true)]
    public async Task What_is_pressed_is_done_for_those_who_may_and_for_nobody_else(string role, bool may)
    {
        await using var app = new WholeApp();
        await app.ClientAsync(WholeApp.Nobody);
        Assert.Equal(may ? Presses().Select(press => press.Part.Name) : [], await PressAsync(app, role, may, refused: null));
    }

    [Fact]
    public async Task What_is_pressed_is_not_done_while_something_waits_for_the_audit()
    {
        await using var app = new WholeApp();
        await app.ClientAsync(WholeApp.Nobody);
        Assert.Empty(await PressAsync(app, Roles.Nurse, may: true, () => RecordGateTests.Refuse(app.Services)));
    }

    // The parts that have left something in the audit.
    private static async Task<List<string>> PressAsync(WholeApp app, string role, bool may, Func<IDisposable>? refused)
    {
        var done = new List<string>();
        var audit = app.Services.GetRequiredService<Audit>();
        foreach (var (tab, part, act) in Presses())
        {
            var patient = await AddAsync(app);
            await using var page = new AppPage(app, role, may ? [Policies.Viewer, Policies.Clinician] : [Policies.Viewer]);
            page.Services.GetRequiredService<NavigationManager>().NavigateTo($"patients/{patient.Id}?tab={tab}");
            var shown = page.Render<PatientPage>(parameters => parameters.Add(whole => whole.Id, patient.Id.ToString()));
            if (shown.FindComponents<IComponent>().FirstOrDefault(one => one.Instance.GetType() == part) is not { } found)
            {
                Assert.False(may, $"{part.Name} is not on the page");
                continue;
            }
            // What the part shows must be there before anything of it is pressed.
            if (part == typeof(LimitsPanel))
                await Eventually.HoldsAsync(() => Get(found.Instance, "sheet") is not null, "the limits");
            if (part == typeof(VersionsPanel))
                await Eventually.HoldsAsync(() => Get(found.Instance, "versions") is IReadOnlyList<Patient> { Count: > 1 }, "the versions");
            using (refused?.Invoke())
            {
                if (refused is not null)
                    await audit.WriteAsync(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "other")])), "test.waits");
                await found.InvokeAsync(() => act(found.Instance, patient));
            }
            await audit.EnsureAsync();
            if ((await app.Services.GetRequiredService<IAuditStore>().EntriesAsync(patient.Id)).Count > 0)
                done.Add(part.Name);
        }
        return done;
    }

    private static (string Tab, Type Part, Func<IComponent, Patient, Task> Press)[] Presses() =>
    [
        ("record", typeof(NotesPanel), (part, _) =>
        {
            Set(part, "text", "Fell beside the bed.");
            return Call(part, "SaveAsync");
        }),
        ("record", typeof(StayPanel), (part, _) => Call(part, "SetMonitoringAsync", new ChangeEventArgs { Value = nameof(MonitoringMode.SpotCheck) })),
        ("record", typeof(StayPanel), (part, _) =>
        {
            Set(part, "standbyReason", "scan");
            return Call(part, "SetStandbyAsync");
        }),
        ("record", typeof(StayPanel), (part, _) => Call(part, "DischargeAsync")),
        ("record", typeof(StayPanel), (part, patient) => Call(part, "MoveAsync", patient with { Bed = "9" })),
        ("record", typeof(VersionsPanel), (part, patient) => Call(part, "RestoreAsync", patient)),
        ("observations", typeof(ObservationsPanel), (part, _) =>
        {
            var draft = new ObservationDraft();
            draft.Texts["heartRate"] = "80";
            Set(part, "draft", draft);
            return Call(part, "SaveAsync");
        }),
        ("limits", typeof(LimitsPanel), async (part, _) =>
        {
            await Call(part, "Edit");
            Set(part, "threshold", 6);
            Set(part, "reason", "known");
            await Call(part, "SaveAsync");
        }),
        ("team", typeof(ContactsPanel), (part, _) => Call(part, "ShowAsync", 24)),
    ];

    // A record that has been changed once, so that a version before can be restored; the first version.
    private static async Task<Patient> AddAsync(WholeApp app)
    {
        var store = app.Services.GetRequiredService<IPatientStore>();
        var first = (await store.AddAsync([Samples.Patient($"M-{Guid.NewGuid():N}")]))[0];
        app.Services.GetRequiredService<PatientDirectory>().Set(await store.ReplaceAsync(first with { GivenName = "Changed" }));
        return first;
    }

    private static IEnumerable<Type> Lineage(Type? part)
    {
        for (; part is not null && part != typeof(ComponentBase); part = part.BaseType)
            yield return part;
    }

    private static bool CanAct(Type service) =>
        Acting.Contains(service.Name) || service.GetConstructors(Own).Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType.Name == "Audit"));

    private static object? Get(IComponent part, string field) => part.GetType().GetField(field, Own)!.GetValue(part);

    private static void Set(IComponent part, string field, object? value) => part.GetType().GetField(field, Own)!.SetValue(part, value);

    private static Task Call(IComponent part, string method, params object?[] values) =>
        part.GetType().GetMethod(method, Own)!.Invoke(part, BindingFlags.DoNotWrapExceptions, null, values, null) as Task ?? Task.CompletedTask;
}
