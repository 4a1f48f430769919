using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>The questions about care teams as pages and as tables.</summary>
public sealed partial class QuestionTests : IAsyncLifetime
{
    private const string Pages = "/care-team/questions";
    private static readonly Clinician Nurse = new(ObjectId.Parse("0000000000000000000000a1"), "Nina Novak", Profession.Nurse, "North", "ICU", "nurse");
    private static readonly Clinician Doctor = new(ObjectId.Parse("0000000000000000000000a2"), "Dora Weiss", Profession.Doctor, "North");
    private static readonly Clinician Charge = new(ObjectId.Parse("0000000000000000000000a3"), "=Carl", Profession.Nurse, "North", "ICU");

    private FeatureHost host = null!;
    private HttpClient nurse = null!;

    private ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        nurse = await host.SignedInAsync("nurse");
        await Team.PutCliniciansAsync([Nurse, Doctor, Charge]);
        await Team.SetOnCallAsync(new(new("North", "ICU"), Charge, null));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Who_covers_is_the_team_step_by_step_with_why_and_without_one_who_is_on_call()
    {
        var (one, other) = (await FeatureHost.AddPatientAsync(nurse), await FeatureHost.AddPatientAsync(nurse, "M-2"));
        await Team.AssignAsync(
        [
            new(one.Id, Doctor, CareRole.Attending, host.Time.GetUtcNow()), new(one.Id, Nurse, CareRole.AssignedNurse, host.Time.GetUtcNow(), host.Time.GetUtcNow().AddHours(8)),
            new(one.Id, Charge, CareRole.ChargeNurse, host.Time.GetUtcNow().AddHours(1)),
        ]);
        var page = await nurse.GetStringAsync($"{Pages}/cover?patient={one.Id}");
        Assert.Matches("(?s)Nina Novak.*assigned nurse since .*, until .*Dora Weiss.*attending doctor since", page);
        Assert.DoesNotContain("Carl", page[page.IndexOf("cover-title", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("from SQLite", page, StringComparison.Ordinal);
        Assert.Matches("(?s)=Carl.*charge nurse on call for North, ICU", await nurse.GetStringAsync($"{Pages}/cover?patient={other.Id}"));
        // At another time, another team.
        var later = host.Time.GetLocalNow().AddHours(9);
        Assert.DoesNotContain("assigned nurse", await nurse.GetStringAsync($"{Pages}/cover?patient={one.Id}&at={later:yyyy-MM-ddTHH:mm}"), StringComparison.Ordinal);

        var ward = await nurse.GetStringAsync($"{Pages}/cover?ward=North%2FICU");
        Assert.Matches("(?s)Nina Novak, then Dora Weiss.*on call, no team", ward);
        var table = await nurse.GetStringAsync("/api/care-team/cover.csv?ward=North/ICU");
        Assert.Equal(["1,Nina Novak,nurse", "2,Dora Weiss,doctor", "1,'=Carl,nurse"], Step().Matches(table).Select(step => step.Value));
        Assert.Contains("look.cover", (await host.ReadAuditAsync(one.Id, 9)).Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_patient_is_found_by_words_and_only_theirs_are_named()
    {
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await Team.AssignAsync([new(patient.Id, Nurse, CareRole.AssignedNurse, host.Time.GetUtcNow()), new(patient.Id, Doctor, CareRole.Attending, host.Time.GetUtcNow())]);
        var found = await nurse.GetStringAsync($"{Pages}/cover?find={patient.Mrn}");
        Assert.Contains($"patient={patient.Id}", found, StringComparison.Ordinal);
        Assert.Contains("No patient found", await nurse.GetStringAsync($"{Pages}/cover?find=nobody"), StringComparison.Ordinal);

        var shared = $"{Pages}/shared?clinician={Nurse.Id}&other={Doctor.Id}";
        Assert.Contains($"MRN {patient.Mrn}", await nurse.GetStringAsync(shared), StringComparison.Ordinal);
        var resident = await host.SignedInAsync("resident");
        var theirs = await resident.GetStringAsync(shared);
        Assert.DoesNotContain($"MRN {patient.Mrn}", theirs, StringComparison.Ordinal);
        Assert.Contains("One more patient is not named here", theirs, StringComparison.Ordinal);
        Assert.Contains("No patient found", await resident.GetStringAsync($"{Pages}/cover?find={patient.Mrn}"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, (await resident.GetAsync($"{Pages}/cover?patient={patient.Id}")).StatusCode);
        Assert.Single((await resident.GetStringAsync($"/api/care-team/patients.csv?clinician={Nurse.Id}&other={Doctor.Id}")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Workload_is_of_a_ward_or_all_sorted_and_leads_to_the_patients()
    {
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var elsewhere = new Clinician(ObjectId.New(host.Time), "Anna", Profession.Nurse, "South", "ICU");
        await Team.PutCliniciansAsync([elsewhere]);
        await Team.AssignAsync([new(patient.Id, Nurse, CareRole.AssignedNurse, host.Time.GetUtcNow())]);

        Assert.Equal(["Nina Novak 1", "=Carl 0", "Anna 0", "Dora Weiss 0"], await LoadsAsync(""));
        Assert.Equal(["Nina Novak 1", "=Carl 0", "Dora Weiss 0"], await LoadsAsync("?ward=North/ICU"));
        Assert.Equal(["Nina Novak 1", "Dora Weiss 0", "Anna 0", "=Carl 0"], await LoadsAsync("?sort=name&reversed=1"));
        var page = await nurse.GetStringAsync($"{Pages}/workload?ward=&clinician={Nurse.Id}");
        Assert.Contains("Patients of Nina Novak", page, StringComparison.Ordinal);
        Assert.Contains($"MRN {patient.Mrn}", page, StringComparison.Ordinal);
        Assert.Equal(["sort ward"], [string.Join(' ', await PatientEndpointTests.ErrorsAsync(await nurse.GetAsync("/api/care-team/workload.csv?sort=age&ward=x")))]);

        async Task<string[]> LoadsAsync(string query) =>
            [.. (await nurse.GetStringAsync($"/api/care-team/workload.csv{query}")).Split("\r\n")[1..^1].Select(line => line.Split(',')).Select(cells => $"{cells[0].TrimStart('\'')} {cells[^1]}")];
    }

    [Fact]
    public async Task A_referral_is_recorded_once_by_clinicians_and_drawn()
    {
        var path = $"/api/clinicians/{Nurse.Id}/referrals";
        Assert.Equal(HttpStatusCode.NoContent, (await nurse.PostAsJsonAsync(path, new { toId = Doctor.Id })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await nurse.PostAsJsonAsync(path, new { toId = Doctor.Id })).StatusCode);
        Assert.Equal(["toId"], await PatientEndpointTests.ErrorsAsync(await nurse.PostAsJsonAsync(path, new { toId = Nurse.Id })));
        Assert.Equal(["toId"], await PatientEndpointTests.ErrorsAsync(await nurse.PostAsJsonAsync(path, new { toId = ObjectId.New(host.Time) })));
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.PostAsJsonAsync($"/api/clinicians/{ObjectId.New(host.Time)}/referrals", new { toId = Doctor.Id })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(FeatureHost.ReadKey).PostAsJsonAsync(path, new { toId = Doctor.Id })).StatusCode);
        Assert.Equal($"{Nurse.Id} to {Doctor.Id}", (await host.ReadAuditAsync(null, 20)).First(entry => entry.Action == "clinician.refer").Detail);

        var page = $"{Pages}/referrals?clinician={Nurse.Id}&other={Charge.Id}";
        var before = await nurse.GetStringAsync(page);
        Assert.Contains("There is no way", before, StringComparison.Ordinal);
        var posted = await nurse.PostAsync(page, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "refer",
            ["__RequestVerificationToken"] = FeatureHost.Token().Match(before).Groups["token"].Value,
            ["FromId"] = $"{Doctor.Id}",
            ["ToId"] = $"{Charge.Id}",
        }));
        var after = await posted.Content.ReadAsStringAsync();
        Assert.Contains("Dora Weiss refers patients to =Carl.", after, StringComparison.Ordinal);
        Assert.Contains("2 steps", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contacts_are_for_clinicians_and_of_the_hours_asked_for()
    {
        var (one, other) = (await FeatureHost.AddPatientAsync(nurse), await FeatureHost.AddPatientAsync(nurse, "M-2"));
        var now = host.Time.GetUtcNow();
        await Team.AssignAsync([new(one.Id, Nurse, CareRole.AssignedNurse, now.AddHours(-40), now.AddHours(-30)), new(other.Id, Nurse, CareRole.AssignedNurse, now.AddHours(-40), now.AddHours(-30))]);

        Assert.Contains("nobody in 24 h", await nurse.GetStringAsync($"{Pages}/contacts?patient={one.Id}"), StringComparison.Ordinal);
        var page = await nurse.GetStringAsync($"{Pages}/contacts?patient={one.Id}&hours=72");
        Assert.Contains("1 patient in 72 h", page, StringComparison.Ordinal);
        Assert.Contains("Nina Novak: 10 h", page, StringComparison.Ordinal);
        Assert.Contains(",600,", (await nurse.GetStringAsync($"/api/patients/{one.Id}/contacts.csv?hours=72")).Split("\r\n")[1], StringComparison.Ordinal);
        Assert.Equal(["hours"], await PatientEndpointTests.ErrorsAsync(await nurse.GetAsync($"/api/patients/{one.Id}/contacts.csv?hours=0")));
        var actions = (await host.ReadAuditAsync(one.Id, 9)).Select(entry => entry.Action).ToList();
        Assert.Contains("look.contacts", actions);
        Assert.Contains("export.contacts", actions);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(FeatureHost.ReadKey).GetAsync($"/api/patients/{one.Id}/contacts.csv")).StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_unavailable_is_said_calmly()
    {
        await using var away = await FeatureHost.StartAsync(services => services.AddSingleton(BrokenStore.Of(
            Team, nameof(ICareTeamStore.WorkloadAsync), (_, _) => throw new StoreUnavailableException("care team", "cannot be reached."))));
        var page = await (await away.SignedInAsync("nurse")).GetAsync($"{Pages}/workload");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("A store is unavailable", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\d,[^,]+,(nurse|doctor)(?=,)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Step();
}
