using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Patients;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.CareTeam;

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
        Assert.Equal(["Nina Novak assignedNurse", "Dora Weiss attending"], await TeamAsync(nurse, team));
        Assert.Equal(["Dora Weiss attending"], await TeamAsync(nurse, team + "?at=2026-01-05T16:00:00Z"));

        host.Time.Advance(TimeSpan.FromMinutes(1));
        var gone = $"{team}?clinicianId={Doctor.Id}&role=attending";
        Assert.Equal(HttpStatusCode.NoContent, (await nurse.DeleteAsync(gone)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nurse.DeleteAsync(gone)).StatusCode);
        Assert.Equal(["Nina Novak assignedNurse"], await TeamAsync(nurse, team));
        Assert.Equal(["careTeam.unassign", "careTeam.assign", "careTeam.assign"], (await host.Accounts.ReadAuditAsync(patient.Id, 3)).Select(e => e.Action));
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

    private static async Task<FeatureHost> StartAsync()
    {
        var host = await FeatureHost.StartAsync();
        await host.Services.GetRequiredService<ICareTeamStore>().PutCliniciansAsync([Nurse, Doctor]);
        return host;
    }

    private static async Task<string[]> TeamAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address)).EnumerateArray().Select(m => $"{m.GetProperty("clinician").GetProperty("name")} {m.GetProperty("role")}")];
}
