using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Hl7;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.Hl7;

/// <summary>@medplum/hl7 and node-hl7-client, which others wrote, on the real program.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class Hl7ClientTests
{
    private const int Messages = 10_000;
    private const int Patients = 6;

    private readonly long first = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).AddDays(-2).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Of_ten_thousand_messages_those_are_stored_that_were_accepted()
    {
        using var data = new TempDirectory();
        var port = Hl7Host.FreePort();
        await using var server = await StartAsync(port, data);

        var got = await RunAsync(port);
        var ids = await PatientsAsync(server);
        Assert.Equal(0, await server.StopAsync());

        Assert.Equal(Enumerable.Repeat("AA", Patients), got.Admitted);
        var rejected = Enumerable.Range(0, Messages).Where(i => i % 100 == 11).ToList();
        var refused = Enumerable.Range(0, Messages).Where(i => i % 100 != 11 && (i % 50 == 7 || i % 75 == 13)).ToList();
        Assert.Equal(rejected, got.Rejected.Order());
        Assert.Equal(refused, got.Refused.Order());
        Assert.Equal(Messages, got.Accepted.Count + rejected.Count + refused.Count);
        Assert.Equal(got.Accepted.Select(Reading).Order(), (await StoredAsync(data.Path, ids)).Order());
    }

    [Fact]
    public async Task A_kill_in_the_middle_loses_no_message_that_was_accepted()
    {
        using var data = new TempDirectory();
        var port = Hl7Host.FreePort();
        await using var server = await StartAsync(port, data);

        var got = await RunAsync(port, server.ProcessId);
        await server.StartAgainAsync();
        var ids = await PatientsAsync(server);
        Assert.Equal(0, await server.StopAsync());

        Assert.InRange(got.Accepted.Count, Messages / 4, Messages * 3 / 4);
        var stored = (await StoredAsync(data.Path, ids)).ToHashSet();
        Assert.All(got.Accepted, i => Assert.Contains(Reading(i), stored));
        Assert.DoesNotContain(got.Refused.Concat(got.Rejected), i => stored.Contains(Reading(i)));
    }

    private static Task<AppServer> StartAsync(int port, TempDirectory data) => AppServer.StartAsync(
        new Dictionary<string, string> { ["Demo:Enabled"] = "false", ["Simulation:Enabled"] = "false", ["Hl7:Port"] = port.ToString() }, data.Path);

    private async Task<Answers> RunAsync(int port, int? victim = null)
    {
        var got = JsonElement.Parse(await NodeScript.RunAsync("hl7-clients.mjs", [port.ToString(), Messages.ToString(), first.ToString(), .. victim is { } id ? [id.ToString()] : Array.Empty<string>()]));
        return new Answers([.. got.GetProperty("admitted").EnumerateArray().Select(code => code.GetString()!)], Numbers("AA"), Numbers("AE"), Numbers("AR"));

        IReadOnlyList<int> Numbers(string code) => [.. got.GetProperty(code).EnumerateArray().Select(number => number.GetInt32())];
    }

    private static async Task<ObjectId[]> PatientsAsync(AppServer server)
    {
        server.Client.DefaultRequestHeaders.TryAddWithoutValidation("X-Api-Key", "demo-key");
        var page = JsonElement.Parse(await server.Client.GetStringAsync("/api/patients?search=HL7-&pageSize=50"));
        return [.. page.GetProperty("items").EnumerateArray().OrderBy(one => one.GetProperty("mrn").GetString(), StringComparer.Ordinal).Select(one => one.GetProperty("id").Deserialize<ObjectId>())];
    }

    private (int Patient, long Time, double Value) Reading(int i) => (i % Patients, first + (1000L * i), 60 + (i % 60));

    private static async Task<List<(int Patient, long Time, double Value)>> StoredAsync(string directory, ObjectId[] patients)
    {
        Assert.Equal(Patients, patients.Length);
        await using var store = new SqliteVitalStore(new SqliteVitalOptions { Directory = directory }, TimeProvider.System, NullLogger<SqliteVitalStore>.Instance);
        var now = TimeProvider.System.GetUtcNow();
        List<(int, long, double)> all = [];
        foreach (var (patient, id) in patients.Index())
            all.AddRange((await store.ReadAsync(id, VitalSign.HeartRate, now.AddDays(-3), now)).Select(sample => (patient, sample.Time, sample.Value)));
        return all;
    }

    private sealed record Answers(IReadOnlyList<string> Admitted, IReadOnlyList<int> Accepted, IReadOnlyList<int> Refused, IReadOnlyList<int> Rejected);
}
