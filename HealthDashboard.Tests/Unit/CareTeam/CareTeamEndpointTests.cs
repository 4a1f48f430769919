using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

public sealed class CareTeamEndpointTests
{
    private static readonly Clinician Nurse = new(ObjectId.Parse("0000000000000000000000a1"), "Nina Novak", Profession.Nurse, "North", "ICU", "nurse");
    private static readonly Clinician Doctor = new(ObjectId.Parse("0000000000000000000000a2"), "Dora Weiss", Profession.Doctor, "North");

    [Fact]
    public async Task Someone_assigned_is_in_the_team_until_taken_out()
    {
        await using var host = await StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var team = $"/api/patients/{patient.Id}/care-team";

        var attending = await nurse.PostAsJsonAsync(team, new { clinicianId = Doctor.Id.ToString(), role = "attending" });
        Assert.Equal(HttpStatusCode.Created, attending.StatusCode);
        await nurse.PostAsJsonAsync(team, new { clinicianId = Nurse.Id.ToString(), role = "assignedNurse", to = "2026-01-05T16:00:00Z" });
        // As somebody does who got no answer the first time.
        host.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.Created, (await nurse.PostAsJsonAsync(team, new { clinicianId = Doctor.Id.ToString(), role = "attending" })).StatusCode);
        Assert.Equal(["Nina Novak assignedNurse", "Dora Weiss attending"], await TeamAsync(nurse, team));
        Assert.Equal(["Dora Weiss attending"], await TeamAsync(nurse, team + "?at=2026-01-05T16:00:00Z"));

        host.Time.Advance(TimeSpan.FromMinutes(1));
        var gone = $"{team}?clinicianId={Doctor.Id}&role=attending";
        Assert.Equal(HttpStatusCode.NoContent, (await nurse.DeleteAsync(gone)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.DeleteAsync(gone)).StatusCode);
        Assert.Equal(["Nina Novak assignedNurse"], await TeamAsync(nurse, team));
        Assert.Equal(["careTeam.unassign", "careTeam.assign", "careTeam.assign"], (await host.ReadAuditAsync(patient.Id, 9)).Select(e => e.Action).Where(action => action.StartsWith("careTeam.", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{}""", "clinicianId role")]
    [InlineData("""{"clinicianId":"0000000000000000000000a1","role":"attending"}""", "role")]
    [InlineData("""{"clinicianId":"0000000000000000000000a9","role":"attending"}""", "clinicianId")]
    [InlineData("""{"clinicianId":"0000000000000000000000a1","role":"assignedNurse","to":"2026-01-05T08:00:00Z"}""", "to")]
    [InlineData("""{"clinicianId":"0000000000000000000000a1","role":"assignedNurse","from":"now","ward":"x"}""", "from ward")]
    public async Task A_wrong_assignment_names_what_is_wrong(string body, string fields)
    {
        await using var host = await StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var answer = await nurse.PostAsync($"/api/patients/{patient.Id}/care-team", new StringContent(body, null, "application/json"));
        Assert.Equal(fields.Split(' '), await PatientEndpointTests.ErrorsAsync(answer));
    }

    [Fact]
    public async Task Clinicians_are_listed_with_what_they_are()
    {
        await using var host = await StartAsync();
        var clinicians = await host.Client(FeatureHost.ReadKey).GetFromJsonAsync<JsonElement>("/api/clinicians");
        Assert.Equal(["Dora Weiss doctor", "Nina Novak nurse"], clinicians.EnumerateArray().Select(c => $"{c.GetProperty("name")} {c.GetProperty("profession")}"));
    }

    [Fact]
    public async Task Contacts_are_who_shared_a_room_or_a_nurse_and_only_clinicians_may_ask()
    {
        await using var host = await StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var (patient, other) = (await AdmitAsync("M-1"), await AdmitAsync("M-2"));
        var team = host.Services.GetRequiredService<ICareTeamStore>();
        var now = host.Time.GetUtcNow();
        await team.AssignAsync(
        [
            new(patient, Nurse, CareRole.AssignedNurse, now.AddHours(-2), now.AddHours(1)), new(other, Nurse, CareRole.AssignedNurse, now.AddHours(-1), now.AddHours(1)),
            // Tomorrow's roster is no contact yet.
            new(patient, Nurse, CareRole.ChargeNurse, now.AddDays(1)), new(other, Nurse, CareRole.ChargeNurse, now.AddDays(1)),
        ]);
        await Eventually.HoldsAsync(async () => (await ContactsAsync("")).Length == 2, "a contact by nurse and one by room");

        Assert.Equal([$"nurse {other} Nina Novak", $"room {other} 4"], await ContactsAsync(""));
        Assert.Equal([$"room {other} 4"], await ContactsAsync("?since=2026-01-05T09:00:00Z"));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Client(FeatureHost.ReadKey).GetAsync($"/api/patients/{patient}/contacts")).StatusCode);
        Assert.Equal("look.contacts", Assert.Single(await host.ReadAuditAsync(patient, 1)).Action);

        async Task<ObjectId> AdmitAsync(string mrn)
        {
            var answer = await nurse.PostAsJsonAsync("/api/patients", new Dictionary<string, object?>(FeatureHost.NewPatient(mrn)) { ["room"] = "4" });
            return (await answer.Content.ReadFromJsonAsync<Patient>())!.Id;
        }

        async Task<string[]> ContactsAsync(string query) =>
        [
            .. (await nurse.GetFromJsonAsync<JsonElement>($"/api/patients/{patient}/contacts{query}")).EnumerateArray().Select(contact =>
            {
                var shared = contact.GetProperty("shared").GetString()!;
                return $"{shared} {contact.GetProperty("patientId")} {contact.GetProperty(shared).GetProperty("name")}";
            }),
        ];
    }

    [Fact]
    public async Task The_graph_answers_who_has_how_many_who_shares_whom_and_who_refers_to_whom()
    {
        await using var host = await StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        var team = host.Services.GetRequiredService<ICareTeamStore>();
        await team.AssignAsync([new(patient.Id, Nurse, CareRole.AssignedNurse, host.Time.GetUtcNow()), new(patient.Id, Doctor, CareRole.Attending, host.Time.GetUtcNow())]);
        await team.ReferAsync(Nurse.Id, Doctor.Id);

        var reader = host.Client(FeatureHost.ReadKey);
        var workload = await reader.GetFromJsonAsync<JsonElement>("/api/clinicians/workload");
        Assert.Equal(["Dora Weiss 1", "Nina Novak 1"], workload.EnumerateArray().Select(w => $"{w.GetProperty("clinician").GetProperty("name")} {w.GetProperty("patients")}"));
        Assert.Equal([patient.Id], (await reader.GetFromJsonAsync<ObjectId[]>($"/api/clinicians/{Nurse.Id}/shared-patients/{Doctor.Id}"))!);
        Assert.Empty((await reader.GetFromJsonAsync<ObjectId[]>($"/api/clinicians/{Nurse.Id}/shared-patients/{Doctor.Id}?at=2026-01-01"))!);
        var path = await reader.GetFromJsonAsync<JsonElement>($"/api/clinicians/{Nurse.Id}/referral-path/{Doctor.Id}");
        Assert.Equal(["Nina Novak", "Dora Weiss"], path.EnumerateArray().Select(c => c.GetProperty("name").GetString()));
    }

    private static async Task<FeatureHost> StartAsync()
    {
        var host = await FeatureHost.StartAsync();
        await host.Services.GetRequiredService<ICareTeamStore>().PutCliniciansAsync([Nurse, Doctor]);
        return host;
    }

    private static async Task<string[]> TeamAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address)).EnumerateArray().Select(m => $"{m.GetProperty("clinician").GetProperty("name")} {m.GetProperty("role")}")];
}
