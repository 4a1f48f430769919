using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Access;

public sealed class AuditEndpointTests
{
    [Fact]
    public async Task An_auditor_searches_page_by_page_and_what_is_read_of_the_audit_is_in_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var auditor = await host.SignedInAsync("auditor");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        await nurse.GetAsync($"/api/patients/{patient.Id}");
        await nurse.GetAsync($"/api/patients/{patient.Id}/news2");

        var all = await ItemsAsync(auditor, $"/api/audit?patient={patient.Id}");
        Assert.Equal(["look.news2", "look.patient", "patient.create"], all.Select(item => item.GetProperty("action").GetString()));
        Assert.All(all, item => Assert.Equal("nurse", item.GetProperty("who").GetString()));
        Assert.Equal(2, (await ItemsAsync(auditor, $"/api/audit?patient={patient.Id}&action=look&who=nurse")).Count);

        var first = await auditor.GetFromJsonAsync<JsonElement>($"/api/audit?patient={patient.Id}&limit=2");
        var rest = await ItemsAsync(auditor, $"/api/audit?patient={patient.Id}&limit=2&next={first.GetProperty("next").GetString()}");
        Assert.Equal(["patient.create"], rest.Select(item => item.GetProperty("action").GetString()));
        Assert.Contains("look.audit", (await host.ReadAuditAsync(null, 10)).Select(entry => entry.Action));

        foreach (var query in new[] { "next=x", "patient=x", "from=x", "limit=0", "limit=1001" })
            Assert.Equal(HttpStatusCode.BadRequest, (await auditor.GetAsync($"/api/audit?{query}")).StatusCode);
    }

    [Fact]
    public async Task A_change_of_limits_has_what_held_before_and_what_holds_now_and_why()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var patient = await FeatureHost.AddPatientAsync(nurse);
        foreach (var (version, low) in new[] { (0, 45), (1, 48) })
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, $"/api/patients/{patient.Id}/limits")
            {
                Content = JsonContent.Create(new { limits = new { heartRate = new { low, high = 130 } } }),
            };
            put.Headers.Add("If-Match", $"\"{version}\"");
            Assert.Equal(HttpStatusCode.OK, (await nurse.SendAsync(put)).StatusCode);
        }
        var changes = (await host.ReadAuditAsync(patient.Id, 10)).Where(entry => entry.Action == "limits.update").ToList();
        Assert.Equal(["nothing of its own", changes[1].After], [changes[1].Before, changes[0].Before]);
        Assert.Contains("48", changes[0].After, StringComparison.Ordinal);
        Assert.Contains("45", changes[0].Before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_file_has_every_row_with_its_hash()
    {
        await using var host = await FeatureHost.StartAsync();
        var auditor = await host.SignedInAsync("auditor");
        var text = await auditor.GetStringAsync("/api/audit.csv");
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("time,who,action,patient", lines[0].TrimStart('\uFEFF'), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(",auditor,account.signin,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Verification_names_the_row_that_was_changed_and_signs_of_its_own()
    {
        await using var host = await FeatureHost.StartAsync();
        var auditor = await host.SignedInAsync("auditor");
        await auditor.GetAsync("/api/audit");
        await host.Services.GetRequiredService<AuditSealer>().SealAsync(CancellationToken.None);
        var intact = await auditor.GetFromJsonAsync<JsonElement>("/api/audit/verify");
        Assert.True(intact.GetProperty("intact").GetBoolean());
        Assert.Equal(1, intact.GetProperty("chains")[0].GetProperty("seals").GetInt32());

        using (var connection = host.Services.GetRequiredKeyedService<SqliteDatabase>("audit").Open())
        {
            connection.Execute("DROP TRIGGER entry_keeps_values");
            connection.Execute("UPDATE entry SET actor = 'nobody' WHERE sequence = 1");
        }
        var broken = await auditor.GetFromJsonAsync<JsonElement>("/api/audit/verify");
        Assert.False(broken.GetProperty("intact").GetBoolean());
        var fault = broken.GetProperty("chains")[0].GetProperty("fault");
        Assert.Equal((1, "changed"), (fault.GetProperty("sequence").GetInt32(), fault.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task A_head_is_signed_each_hour_and_by_that_a_shortened_audit_shows_after_a_restart()
    {
        await using var host = await FeatureHost.StartAsync();
        var auditor = await host.SignedInAsync("auditor");
        for (var n = 0; n < 20; n++)
            await host.Services.GetRequiredService<Audit>().WriteAsync(new(host.Time.GetUtcNow(), "nina", $"look.{n}"));
        var store = host.Services.GetRequiredService<HealthDashboard.Data.Stores.IAuditStore>();
        var chain = host.Services.GetRequiredService<AuditWriter>().Chain;
        await Eventually.HoldsAsync(
            async () =>
            {
                host.Time.Advance(TimeSpan.FromMinutes(30));
                return (await store.SealsAsync(chain)).Count > 0;
            },
            "a signed head");
        using (var connection = host.Services.GetRequiredKeyedService<SqliteDatabase>("audit").Open())
        {
            connection.Execute("DROP TRIGGER entry_keeps_rows; DROP TRIGGER seal_keeps_rows");
            connection.Execute("DELETE FROM seal; DELETE FROM entry WHERE sequence > 2");
        }
        await host.StartAgainAsync("Development");
        auditor = await host.SignedInAsync("auditor");
        var broken = await auditor.GetFromJsonAsync<JsonElement>("/api/audit/verify");
        Assert.Equal("cutOff", broken.GetProperty("chains")[0].GetProperty("fault").GetProperty("kind").GetString());
    }

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(HttpClient client, string address) =>
        [.. (await client.GetFromJsonAsync<JsonElement>(address)).GetProperty("items").EnumerateArray()];
}
