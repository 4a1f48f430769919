using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Handover;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Handover;

/// <summary>A ward with nurses and patients of Nina Novak's, on a clock that a test moves.</summary>
internal sealed class HandoverWorld(FeatureHost host, IReadOnlyList<Patient> patients) : IAsyncDisposable
{
    public static readonly Clinician Nina = Person("a1", "Nina Novak", Profession.Nurse, "nurse");
    public static readonly Clinician Ann = Person("a2", "Ann Lee", Profession.Nurse);
    public static readonly Clinician Bea = Person("a3", "Bea Moor", Profession.Nurse);
    public static readonly Clinician Carl = Person("a4", "Carl Jensen", Profession.Nurse, "charge");
    public static readonly Clinician Dora = Person("a5", "Dora Weiss", Profession.Doctor, "doctor");

    public FeatureHost Host => host;

    public IReadOnlyList<Patient> Patients => patients;

    public ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    public HandoverDesk Desk => host.Services.GetRequiredService<HandoverDesk>();

    public DateTimeOffset Now => host.Time.GetUtcNow();

    public static async Task<HandoverWorld> StartAsync(int count = 2)
    {
        var host = await FeatureHost.StartAsync(services =>
        {
            services.AddSingleton<AlertFeed>();
            services.AddSingleton<CareChain>();
            services.AddHandover();
        });
        var nurse = await host.SignedInAsync("nurse");
        List<Patient> patients = [];
        for (var n = 1; n <= count; n++)
            patients.Add(await FeatureHost.AddPatientAsync(nurse, $"M-{n}"));
        var world = new HandoverWorld(host, patients);
        await world.Team.PutCliniciansAsync([Nina, Ann, Bea, Carl, Dora]);
        await world.Team.AssignAsync([.. patients.Select(patient => new CareAssignment(patient.Id, Nina, CareRole.AssignedNurse, world.Now.AddHours(-8)))]);
        return world;
    }

    /// <summary>Somebody who is signed in.</summary>
    public static ClaimsPrincipal User(string name, string role = Roles.Nurse, string wards = AccountWards.Everywhere) =>
        new(new ClaimsIdentity([new(ClaimTypes.Name, name), new(ClaimTypes.Role, role), new(AccountWards.Claim, wards)], "cookie"));

    /// <summary>Every patient of Nina's to one successor, as a caller sends it.</summary>
    public JsonFields AllTo(Clinician to, DateTimeOffset? at = null) =>
        Fields(new { fromId = Nina.Id, role = "assignedNurse", at, patients = Patients.Select(patient => new { patientId = patient.Id, toId = to.Id }) });

    public static JsonFields Fields(object body) => new(JsonSerializer.SerializeToElement(body));

    /// <summary>Hands over and expects that it is done.</summary>
    public async Task<HandoverResult> HandOverAsync(JsonFields fields, ClaimsPrincipal? by = null)
    {
        var (result, refusal) = await Desk.HandOverAsync(by ?? User("nurse"), fields, default);
        Assert.True(result is not null, refusal ?? string.Join(' ', FormText.Of(fields.Errors)));
        return result;
    }

    /// <summary>Who has each patient as assigned nurse at a time.</summary>
    public async Task<string[]> NursesAsync(DateTimeOffset? at = null)
    {
        List<string> nurses = [];
        foreach (var patient in Patients)
        {
            nurses.Add(string.Join('+', (await Team.TeamAsync(patient.Id, at ?? Now)).Where(member => member.Role == CareRole.AssignedNurse).Select(member => member.Clinician.Name.Split(' ')[0])));
        }
        return [.. nurses];
    }

    /// <summary>The handovers in the audit of a patient.</summary>
    public async Task<string?[]> AuditedAsync(Patient patient) =>
        [.. (await host.ReadAuditAsync(patient.Id, 50)).Where(entry => entry.Action == "careTeam.handover").Select(entry => entry.Detail)];

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private static Clinician Person(string number, string name, Profession profession, string? account = null) =>
        new(ObjectId.Parse(number.PadLeft(2 * ObjectId.Size, '0')), name, profession, "North", "ICU", account);
}
