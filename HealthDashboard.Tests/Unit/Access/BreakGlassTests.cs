using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>A clinician opens the records of their wards and their care; others by breaking the glass, which is reported and ends.</summary>
public sealed class BreakGlassTests
{
    private static readonly string[] Ways = ["", "/vitals?sign=heartRate", "/vitals/latest", "/news2", "/limits", "/limits/history", "/limits/suggestion", "/care-team", "/contacts"];

    [Fact]
    public async Task A_patient_of_neither_ward_nor_care_is_refused_every_way_and_the_answer_says_how()
    {
        await using var world = await World.StartAsync();
        foreach (var way in Ways)
        {
            var answer = await world.Resident.GetAsync($"/api/patients/{world.Patient.Id}{way}");
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("break-glass", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.PostAsJsonAsync($"/api/patients/{world.Patient.Id}/discharge", new { reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.GetAsync($"/api/analytics/hourly?patientId={world.Patient.Id}&sign=heartRate")).StatusCode);
        var page = await world.Resident.GetAsync($"/patients/{world.Patient.Id}?tab=record");
        Assert.Equal(HttpStatusCode.Found, page.StatusCode);
        Assert.StartsWith($"/patients/{world.Patient.Id}/break-glass?returnUrl=", page.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("look.refused", (await world.Host.ReadAuditAsync(world.Patient.Id, 50)).Select(entry => entry.Action));
        Assert.Equal(0, (await world.Resident.GetFromJsonAsync<JsonElement>("/api/patients")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Programs_are_bound_to_no_team()
    {
        await using var world = await World.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await world.Host.Client(FeatureHost.ReadKey).GetAsync($"/api/patients/{world.Patient.Id}")).StatusCode);
    }

    [Fact]
    public async Task The_glass_is_broken_for_a_reason_lasts_an_hour_and_can_be_ended()
    {
        await using var world = await World.StartAsync();
        var (glass, record) = ($"/api/patients/{world.Patient.Id}/break-glass", $"/api/patients/{world.Patient.Id}");
        Assert.Equal(HttpStatusCode.BadRequest, (await world.Resident.PostAsJsonAsync(glass, new { reason = " " })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.GetAsync(record)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.Resident.PostAsJsonAsync(glass, new { reason = "found unconscious" })).StatusCode);
        var entry = (await world.Host.ReadAuditAsync(world.Patient.Id, 1))[0];
        Assert.Equal(("resident", "glass.break", "found unconscious"), (entry.Actor, entry.Action, entry.Reason));
        Assert.Equal(HttpStatusCode.OK, (await world.Resident.GetAsync(record)).StatusCode);

        world.Host.Time.Advance(GlassBook.Lasts);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.GetAsync(record)).StatusCode);

        await world.Resident.PostAsJsonAsync(glass, new { reason = "again" });
        Assert.Equal(HttpStatusCode.OK, (await world.Resident.GetAsync(record)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Resident.DeleteAsync(glass)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.GetAsync(record)).StatusCode);
    }

    [Fact]
    public async Task What_is_open_already_has_no_glass_and_an_administrator_and_a_key_break_none()
    {
        await using var world = await World.StartAsync();
        var glass = $"/api/patients/{world.Patient.Id}/break-glass";
        Assert.Equal(HttpStatusCode.Conflict, (await world.Nurse.PostAsJsonAsync(glass, new { reason = "why not" })).StatusCode);
        var admin = await world.Host.SignedInAsync("admin");
        Assert.Equal(HttpStatusCode.Forbidden, (await admin.PostAsJsonAsync(glass, new { reason = "curious" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Resident.PostAsJsonAsync($"/api/patients/{Samples.Id()}/break-glass", new { reason = "x" })).StatusCode);
    }

    [Fact]
    public async Task The_page_asks_for_a_reason_and_leads_back_to_the_record()
    {
        await using var world = await World.StartAsync();
        var address = $"/patients/{world.Patient.Id}/break-glass?returnUrl=%2Fpatients%2F{world.Patient.Id}%3Ftab%3Drecord";
        var page = await world.Resident.GetStringAsync(address);
        Assert.Contains("Why you need this record now", page, StringComparison.Ordinal);
        Assert.DoesNotContain("penicillin", page, StringComparison.Ordinal);
        var answer = await world.Resident.PostAsync(address, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "glass",
            ["__RequestVerificationToken"] = FeatureHost.Token().Match(page).Groups["token"].Value,
            ["Reason"] = "collapsed in the corridor",
        }));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        Assert.EndsWith($"/patients/{world.Patient.Id}?tab=record", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lead_of_the_team_is_notified_at_once_until_they_have_seen_it()
    {
        await using var world = await World.StartAsync();
        await world.AssignAsync("dora", "doctor", CareRole.Attending);
        await world.Resident.PostAsJsonAsync($"/api/patients/{world.Patient.Id}/break-glass", new { reason = "found unconscious" });
        var doctor = await world.Host.SignedInAsync("doctor");
        var notice = Assert.Single(await NoticesAsync(doctor));
        Assert.Equal(("resident", "found unconscious"), (notice.GetProperty("who").GetString(), notice.GetProperty("reason").GetString()));
        Assert.Empty(await NoticesAsync(world.Nurse));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Nurse.PostAsync($"/api/notifications/{notice.GetProperty("id").GetString()}/seen", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await doctor.PostAsync($"/api/notifications/{notice.GetProperty("id").GetString()}/seen", null)).StatusCode);
        Assert.Empty(await NoticesAsync(doctor));
    }

    [Fact]
    public async Task The_record_says_that_the_glass_was_broken_and_every_page_of_the_lead_says_by_whom()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        var resident = app.CreateClient(new() { AllowAutoRedirect = false });
        await FeatureHost.SignInAsync(resident, "resident", DemoAccounts.Password);
        var patient = await FeatureHost.AddPatientAsync(nurse);
        Assert.Equal(HttpStatusCode.Found, (await resident.GetAsync($"/patients/{patient.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await resident.PostAsJsonAsync($"/api/patients/{patient.Id}/break-glass", new { reason = "found unconscious" })).StatusCode);
        Assert.Contains("You broke the glass", await resident.GetStringAsync($"/patients/{patient.Id}"), StringComparison.Ordinal);
        Assert.DoesNotContain("You broke the glass", await nurse.GetStringAsync($"/patients/{patient.Id}"), StringComparison.Ordinal);
        var charge = await app.ClientAsync(Roles.ChargeNurse);
        Assert.Contains("found unconscious", await charge.GetStringAsync("/system"), StringComparison.Ordinal);
        Assert.DoesNotContain("found unconscious", await nurse.GetStringAsync("/system"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_lead_it_is_for_the_charge_nurses_of_the_ward()
    {
        await using var world = await World.StartAsync();
        await world.Resident.PostAsJsonAsync($"/api/patients/{world.Patient.Id}/break-glass", new { reason = "x" });
        Assert.Single(await NoticesAsync(await world.Host.SignedInAsync("charge")));
    }

    [Fact]
    public async Task Whoever_cares_for_a_patient_or_is_of_the_ward_needs_no_glass()
    {
        await using var world = await World.StartAsync();
        await world.AssignAsync("rafael", "resident", CareRole.Consulting);
        Assert.Equal(HttpStatusCode.OK, (await world.Resident.GetAsync($"/api/patients/{world.Patient.Id}")).StatusCode);
        Assert.Equal(1, (await world.Resident.GetFromJsonAsync<JsonElement>("/api/patients")).GetProperty("items").GetArrayLength());

        var other = await FeatureHost.AddPatientAsync(world.Nurse, "M-2");
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.GetAsync($"/api/patients/{other.Id}")).StatusCode);
        await world.SetWardsAsync("resident", AccountWards.Of([("North", "ICU")]));
        var again = await world.Host.SignedInAsync("resident");
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync($"/api/patients/{other.Id}")).StatusCode);
    }

    [Fact]
    public async Task The_glass_cannot_be_broken_unless_it_is_written_down()
    {
        await using var world = await World.StartAsync();
        using (RecordGateTests.Refuse(world.Host))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await world.Resident.PostAsJsonAsync($"/api/patients/{world.Patient.Id}/break-glass", new { reason = "x" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.GetAsync($"/api/patients/{world.Patient.Id}")).StatusCode);
    }

    [Fact]
    public async Task Where_breaking_the_glass_is_switched_off_there_is_no_way_in()
    {
        await using var world = await World.StartAsync(("Access:BreakGlass", "false"));
        Assert.Equal(HttpStatusCode.Forbidden, (await world.Resident.PostAsJsonAsync($"/api/patients/{world.Patient.Id}/break-glass", new { reason = "x" })).StatusCode);
        Assert.Equal("/denied", (await world.Resident.GetAsync($"/patients/{world.Patient.Id}")).Headers.Location!.OriginalString);
    }

    private static async Task<IReadOnlyList<JsonElement>> NoticesAsync(HttpClient client) =>
        [.. (await client.GetFromJsonAsync<JsonElement>("/api/notifications")).GetProperty("items").EnumerateArray()];

    private sealed class World(FeatureHost host, HttpClient nurse, HttpClient resident, Patient patient) : IAsyncDisposable
    {
        public FeatureHost Host => host;

        public HttpClient Nurse => nurse;

        public HttpClient Resident => resident;

        public Patient Patient => patient;

        public static async Task<World> StartAsync(params (string Key, string Value)[] settings)
        {
            var host = await FeatureHost.StartAsync("Development", settings);
            var nurse = await host.SignedInAsync("nurse");
            return new(host, nurse, await host.SignedInAsync("resident"), await FeatureHost.AddPatientAsync(nurse));
        }

        public async Task AssignAsync(string name, string account, CareRole role)
        {
            var team = host.Services.GetRequiredService<ICareTeamStore>();
            var clinician = Samples.Clinician(name) with { Account = account };
            await team.PutCliniciansAsync([clinician]);
            await team.AssignAsync([new CareAssignment(patient.Id, clinician, role, host.Time.GetUtcNow().AddHours(-1))]);
        }

        public async Task SetWardsAsync(string userName, AccountWards wards)
        {
            var account = (await host.Accounts.FindByNameAsync(userName))!;
            await host.Accounts.ReplaceAsync(account.SignedOut() with { Wards = wards.ToString() });
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
