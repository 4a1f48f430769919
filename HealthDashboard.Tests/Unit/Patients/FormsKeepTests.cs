using System.Security.Claims;
using Bunit;
using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Shared;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Unit.Access;
using HealthDashboard.Tests.Unit.Alerts;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>What is typed in the forms of a patient: nothing is lost, nothing undoes a colleague's change unseen, and nothing is said of another alert.</summary>
public sealed class FormsKeepTests
{
    [Theory]
    [InlineData("Keep mine", 140)]
    [InlineData("Use theirs", 150)]
    public async Task Limits_that_two_people_change_at_once_are_merged_and_where_they_differ_somebody_chooses(string choice, double high)
    {
        await using var app = new WholeApp();
        await app.ClientAsync(WholeApp.Nobody);
        await using var page = new AppPage(app, Roles.Nurse, Policies.Viewer, Policies.Clinician);
        var now = await AddAsync(app);
        var panel = page.Render<LimitsPanel>(parameters => parameters.AddCascadingValue(now));
        await panel.WaitForElement(".card-bar button").ClickAsync();
        await panel.Find("[aria-label='HR high']").ChangeAsync("140");
        await panel.Find("[aria-label='RR high']").ChangeAsync("28");

        await SetAsync(app, now.Patient, new()
        {
            Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(50, 150), [VitalSign.Spo2] = new(88, null) },
            Reason = "by a colleague",
        });
        await panel.Find("form").SubmitAsync();

        panel.WaitForElement(".limit-choice");
        Assert.Equal(150, (await LimitsAsync(app, now.Patient)).Signs[VitalSign.HeartRate].High);
        Assert.True(panel.Find("[type=submit]").HasAttribute("disabled"));
        Assert.Equal("88", panel.Find($"[aria-label='{SignWords.Label(VitalSign.Spo2)} low']").GetAttribute("value"));
        // Whatever reaches the form before somebody has chosen.
        await panel.Find("form").SubmitAsync();
        Assert.Equal(150, (await LimitsAsync(app, now.Patient)).Signs[VitalSign.HeartRate].High);

        await panel.FindAll(".limit-choice button").First(button => button.TextContent.StartsWith(choice, StringComparison.Ordinal)).ClickAsync();
        await panel.Find("form").SubmitAsync();
        panel.WaitForAssertion(() => Assert.Empty(panel.FindAll("form")));
        var saved = (await LimitsAsync(app, now.Patient)).Signs;
        Assert.Equal((high, 28, 88), (saved[VitalSign.HeartRate].High, saved[VitalSign.RespiratoryRate].High, saved[VitalSign.Spo2].Low));
    }

    [Fact]
    public async Task A_reason_stays_where_it_was_typed_when_it_cannot_be_saved()
    {
        await using var app = new WholeApp();
        await app.ClientAsync(WholeApp.Nobody);
        await using var page = new AppPage(app, Roles.Nurse, Policies.Viewer, Policies.Clinician);
        var panel = page.Render<StayPanel>(parameters => parameters.AddCascadingValue(AddAsync(app).GetAwaiter().GetResult()));
        await panel.Find("[data-keep=standby] input").ChangeAsync("at the scanner");
        await panel.FindAll("button").First(button => button.TextContent == "Discharge").ClickAsync();
        await panel.Find("[data-keep=discharge] input").ChangeAsync("to the cath lab");

        using (RecordGateTests.Refuse(app.Services))
        {
            await app.Services.GetRequiredService<Audit>().WriteAsync(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "other")])), "test.waits");
            foreach (var form in (string[])["standby", "discharge"])
                await panel.Find($"[data-keep={form}]").SubmitAsync();
            panel.WaitForElement("[role=alert]");
        }

        Assert.Equal("at the scanner", panel.Find("[data-keep=standby] input").GetAttribute("value"));
        Assert.Equal("to the cath lab", panel.Find("[data-keep=discharge] input").GetAttribute("value"));
    }

    [Fact]
    public async Task A_note_that_somebody_started_is_not_said_of_the_next_alert()
    {
        await using var app = new WholeApp();
        await app.ClientAsync(WholeApp.Nobody);
        await using var page = new AppPage(app, Roles.Nurse, Policies.Viewer, Policies.Clinician);
        var first = AlertViewTests.New(AlertPriority.High);
        var actions = page.Render<AlertActions>(parameters => parameters.Add(part => part.Alerts, [first]).Add(part => part.Actor, "nina"));
        await actions.Find("[data-action=note]").ClickAsync();
        await actions.Find("[data-note]").ChangeAsync("probe was loose");

        Show([first with { Response = AlertResponse.Acknowledged }]);
        Show([AlertViewTests.New(AlertPriority.High)]);

        Assert.Empty(actions.FindAll("[data-note]"));
        await actions.Find("[data-action=note]").ClickAsync();
        Assert.True(string.IsNullOrEmpty(actions.Find("[data-note]").GetAttribute("value")));

        void Show(IReadOnlyList<Alert> alerts) => actions.Render(parameters => parameters.Add(part => part.Alerts, alerts));
    }

    private static async Task<PatientNow> AddAsync(WholeApp app)
    {
        var patient = (await app.Services.GetRequiredService<IPatientStore>().AddAsync([Samples.Patient($"M-{Guid.NewGuid():N}")]))[0];
        var directory = app.Services.GetRequiredService<PatientDirectory>();
        directory.Set(patient);
        return PatientNow.Of(directory.Find(patient.Id)!, [], AlarmRules.Default, "nina", TimeProvider.System.GetUtcNow());
    }

    private static Task SetAsync(WholeApp app, Patient patient, AlarmLimits limits) => app.Services.GetRequiredService<LimitBook>().PutAsync(
        LimitScope.OfPatient(patient.Id), limits, version: 0, new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "doctor")])), CancellationToken.None);

    private static async Task<AlarmLimits> LimitsAsync(WholeApp app, Patient patient) =>
        (await app.Services.GetRequiredService<IPatientStore>().FindLimitsAsync(LimitScope.OfPatient(patient.Id)))!;
}
