using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>Nobody sees or changes a record unless that is written down.</summary>
public sealed class RecordGateTests
{
    [Theory]
    [InlineData("", "look.patient")]
    [InlineData("/vitals?sign=heartRate", "look.vitals")]
    [InlineData("/vitals/latest", "look.latestVitals")]
    [InlineData("/news2", "look.news2")]
    [InlineData("/limits", "look.patientLimits")]
    [InlineData("/limits/history", "look.patientLimitHistory")]
    [InlineData("/care-team", "look.careTeam")]
    public async Task Every_way_to_look_at_a_patient_is_in_the_audit(string path, string action)
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync($"/api/patients/{patient.Id}{path}")).StatusCode);
        var entry = (await host.ReadAuditAsync(patient.Id, 1))[0];
        Assert.Equal(("nurse", action, "127.0.0.1"), (entry.Actor, entry.Action, entry.From));
    }

    [Fact]
    public async Task The_list_and_a_page_are_in_the_audit_too()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await nurse.GetAsync("/api/patients?search=quist");
        Assert.Equal(("look.patients", null), (await host.ReadAuditAsync(null, 1)).Select(entry => (entry.Action, entry.Detail)).Single());
        await nurse.GetAsync($"/patients/{patient.Id}");
        Assert.Equal("look.patient", (await host.ReadAuditAsync(patient.Id, 1))[0].Action);
    }

    [Fact]
    public async Task The_same_look_within_a_minute_is_written_once()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        for (var n = 0; n < 3; n++)
            await nurse.GetAsync($"/api/patients/{patient.Id}/vitals/latest");
        Assert.Equal(2, (await host.ReadAuditAsync(patient.Id, 10)).Count);
        host.Time.Advance(Audit.SameLook);
        await nurse.GetAsync($"/api/patients/{patient.Id}/vitals/latest");
        Assert.Equal(3, (await host.ReadAuditAsync(patient.Id, 10)).Count);
    }

    [Fact]
    public async Task A_look_and_a_change_that_cannot_be_audited_are_refused_and_go_on_once_they_can()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        using (Refuse(host))
        {
            var look = await nurse.GetAsync($"/api/patients/{patient.Id}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, look.StatusCode);
            Assert.Contains("audit is unavailable", (await look.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await nurse.GetAsync("/api/patients")).StatusCode);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await nurse.GetAsync("/api/clinicians/000000000000000000000000/shared-patients/000000000000000000000000")).StatusCode);

            using var page = new HttpRequestMessage(HttpMethod.Get, $"/patients/{patient.Id}");
            page.Headers.Accept.ParseAdd("text/html");
            var shown = await nurse.SendAsync(page);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, shown.StatusCode);
            var text = await shown.Content.ReadAsStringAsync();
            Assert.Contains("it cannot be recorded who looks", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Quist", text, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync($"/api/patients/{patient.Id}")).StatusCode);
    }

    [Fact]
    public async Task What_was_done_while_the_audit_was_unavailable_waits_and_nothing_else_is_done_until_it_is_written()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        using (Refuse(host))
        {
            // The first change is under way when the audit fails; the second finds that something waits.
            Assert.Equal(HttpStatusCode.Created, (await nurse.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("M-1"))).StatusCode);
            Assert.Equal(1, host.Services.GetRequiredService<Audit>().Waiting);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await nurse.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("M-2"))).StatusCode);
        }
        // As after a restart: what waits is on disk.
        Assert.Equal(HttpStatusCode.Created, (await nurse.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("M-2"))).StatusCode);
        Assert.Equal(["patient.create", "patient.create"], (await host.ReadAuditAsync(null, 10)).Select(entry => entry.Action).Where(action => action.StartsWith("patient", StringComparison.Ordinal)));
        var store = host.Services.GetRequiredService<IPatientStore>();
        Assert.Equal(2, (await store.SearchAsync(new PatientQuery())).Total);
    }

    /// <summary>The audit's file refuses every row until the end.</summary>
    internal static IDisposable Refuse(FeatureHost host) => Refuse(host.Services);

    /// <inheritdoc cref="Refuse(FeatureHost)"/>
    internal static IDisposable Refuse(IServiceProvider services)
    {
        var database = services.GetRequiredKeyedService<SqliteDatabase>("audit");
        using var connection = database.Open();
        connection.Execute("CREATE TRIGGER refuses BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'refused'); END");
        return new Subscription(() =>
        {
            using var again = database.Open();
            again.Execute("DROP TRIGGER refuses");
        });
    }
}
