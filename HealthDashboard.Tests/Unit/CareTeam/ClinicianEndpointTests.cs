using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>Clinicians over the API.</summary>
public sealed class ClinicianEndpointTests : IAsyncLifetime
{
    private FeatureHost host = null!;
    private HttpClient admin = null!;

    private ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        admin = await host.SignedInAsync("admin");
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_clinician_is_created_read_changed_and_deleted_and_the_audit_has_it()
    {
        var made = await AddAsync(new { name = "Lee, Ann", profession = "nurse", region = "North", ward = "ICU", account = "NURSE" });
        Assert.Equal(new Clinician(made.Id, "Lee, Ann", Profession.Nurse, "North", "ICU", "nurse"), made);
        Assert.Equal(made, await host.Client(FeatureHost.ReadKey).GetFromJsonAsync<Clinician>($"/api/clinicians/{made.Id}"));
        Assert.Equal([made], (await admin.GetFromJsonAsync<Clinician[]>("/api/clinicians"))!);

        var moved = await admin.PutAsJsonAsync(Address(made), new { id = made.Id.ToString(), name = "Ann Lee", profession = "doctor", region = "South" });
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        Assert.Equal([new Clinician(made.Id, "Ann Lee", Profession.Doctor, "South")], await Team.CliniciansAsync());

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(Address(made))).StatusCode);
        foreach (var answer in new[] { await admin.GetAsync(Address(made)), await admin.DeleteAsync(Address(made)), await admin.PutAsJsonAsync(Address(made), new { }) })
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(
            [("clinician.delete", $"{made.Id}"), ("clinician.update", $"{made.Id}"), ("clinician.create", $"{made.Id}")],
            (await host.ReadAuditAsync(null, 3)).Select(entry => (entry.Action, entry.Detail)));
    }

    [Theory]
    [InlineData("""{}""", "name profession region")]
    [InlineData("""{"name":" ","profession":"surgeon","region":"North"}""", "name profession")]
    [InlineData("""{"name":"N","profession":"nurse","region":"North","account":"stranger"}""", "account")]
    [InlineData("""{"name":"N","profession":"nurse","region":"North","account":"doctor"}""", "account")]
    [InlineData("""{"name":"N","profession":"nurse","region":"North","ward":"","beds":3}""", "beds ward")]
    public async Task What_is_wrong_is_named_and_nothing_is_stored(string body, string fields)
    {
        var dora = await AddAsync(new { name = "Dora", profession = "doctor", region = "North", account = "doctor" });
        var answer = await admin.PostAsync("/api/clinicians", new StringContent(body, null, "application/json"));
        Assert.Equal(fields.Split(' '), await PatientEndpointTests.ErrorsAsync(answer));
        Assert.Equal([dora], await Team.CliniciansAsync());
    }

    [Fact]
    public async Task A_clinician_keeps_the_own_account_and_gives_it_free_by_leaving()
    {
        var body = new { name = "Dora", profession = "doctor", region = "North", account = "doctor" };
        var dora = await AddAsync(body);
        Assert.Equal(HttpStatusCode.OK, (await admin.PutAsJsonAsync(Address(dora), body)).StatusCode);
        await admin.DeleteAsync(Address(dora));
        await AddAsync(body);
    }

    [Fact]
    public async Task Who_is_assigned_or_on_call_is_deleted_only_with_a_reason_and_then_these_duties_end()
    {
        var patient = await FeatureHost.AddPatientAsync(host.Client(FeatureHost.WriteKey));
        var nina = await AddAsync(new { name = "Nina", profession = "nurse", region = "North", ward = "ICU" });
        await Team.AssignAsync([new(patient.Id, nina, CareRole.AssignedNurse, host.Time.GetUtcNow().AddDays(1))]);
        await Team.SetOnCallAsync(new(new("North", "ICU"), nina));

        var refused = await admin.DeleteAsync(Address(nina));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        var said = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
        Assert.StartsWith("Nina cares for Quist, Zoë and is on call for North/ICU.", said, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.DeleteAsync(Address(nina) + "?reason=%20")).StatusCode);
        Assert.Equal(["reason"], await PatientEndpointTests.ErrorsAsync(await admin.DeleteAsync(Address(nina) + "?reason=" + new string('x', 201))));
        Assert.Single(await Team.CliniciansAsync());

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync(Address(nina) + "?reason=left+the+hospital")).StatusCode);
        Assert.Empty(await Team.OnCallAsync());
        Assert.Empty(await Team.TeamAsync(patient.Id, host.Time.GetUtcNow().AddDays(2)));
        var ended = Assert.Single(await host.ReadAuditAsync(patient.Id, 10), entry => entry.Action == "careTeam.unassign");
        Assert.EndsWith("left the hospital", ended.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profession_stays_while_it_is_needed()
    {
        var nina = await AddAsync(new { name = "Nina", profession = "nurse", region = "North" });
        await Team.SetOnCallAsync(new(null, nina));
        var body = new { name = "Nina", profession = "doctor", region = "North" };
        Assert.Equal(["profession"], await PatientEndpointTests.ErrorsAsync(await admin.PutAsJsonAsync(Address(nina), body)));
        await Team.SetOnCallAsync(new(null));
        Assert.Equal(HttpStatusCode.OK, (await admin.PutAsJsonAsync(Address(nina), body)).StatusCode);
    }

    private static string Address(Clinician clinician) => $"/api/clinicians/{clinician.Id}";

    private async Task<Clinician> AddAsync(object body)
    {
        var answer = await admin.PostAsJsonAsync("/api/clinicians", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var made = (await answer.Content.ReadFromJsonAsync<Clinician>())!;
        Assert.Equal($"/api/clinicians/{made.Id}", answer.Headers.Location!.OriginalString);
        return made;
    }
}
