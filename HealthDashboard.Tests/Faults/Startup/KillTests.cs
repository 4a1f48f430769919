using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>The real program under load, killed as by a power cut, again and again.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class KillTests
{
    private const int Kills = 50;
    private const int Patients = 6;
    private const int SecondsPerBatch = 30;
    private static readonly string[] Signs = ["heartRate", "spo2"];

    private readonly ConcurrentDictionary<(ObjectId Patient, VitalSign Sign, long Time), double> acknowledged = new();
    private readonly ConcurrentDictionary<ObjectId, byte> shown = new();
    private readonly long start = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).AddDays(-3).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Fifty_kills_under_load_lose_no_acknowledged_reading_and_no_alert_that_was_shown()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var data = new TempDirectory();
        var random = new Random(20261122);
        await using var server = await AppServer.StartAsync(
            new Dictionary<string, string> { ["Demo:Enabled"] = "false", ["Simulation:Enabled"] = "false", ["Ingest:RequestsPerSecond"] = "1000000", ["Ingest:BurstRequests"] = "1000000" },
            data.Path);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        ObjectId[] patients = [.. await Task.WhenAll(Enumerable.Range(0, Patients).Select(i => AddPatientAsync(server.Client, i, cancel)))];
        var next = new int[Patients];
        for (var kill = 0; kill < Kills; kill++)
        {
            // So many more acknowledged batches, and then in the middle of whatever the server is doing.
            var left = random.Next(1, 40);
            var enough = new TaskCompletionSource();
            // Every fifth life lasts until a screen has shown a new alert: a short one may end before alarms are evaluated again.
            var alerted = new TaskCompletionSource();
            if (kill % 5 != 0)
                alerted.SetResult();
            var load = patients
                .Select((patient, i) => SendAsync(server.Client, patient, i, next, () => { if (Interlocked.Decrement(ref left) == 0) enough.TrySetResult(); }, cancel))
                .Append(WatchAsync(server.Client, () => alerted.TrySetResult(), cancel))
                .ToArray();
            // A sender ends before its server only when it was answered wrongly: that must be said, not waited for.
            await await Task.WhenAny([Task.WhenAll(enough.Task, alerted.Task), .. load]).WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System, cancel);
            await server.KillAsync();
            await Task.WhenAll(load);
            await server.StartAgainAsync();
            server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        }

        Assert.Equal(0, await server.StopAsync());
        await CheckReadingsAsync(data.Path, patients, cancel);
        await CheckAlertsAsync(data.Path, cancel);
    }

    private static async Task<ObjectId> AddPatientAsync(HttpClient client, int number, CancellationToken cancel)
    {
        var answer = await client.PostAsJsonAsync(
            "/api/patients",
            new { mrn = $"K-{number}", region = "north", ward = "A1", givenName = "Kill", familyName = $"Test{number}", birthDate = "1960-01-01", sex = "female" },
            cancel);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("id").Deserialize<ObjectId>();
    }

    /// <summary>Sends batch after batch of one patient's past until the server is gone. Half a minute beyond the limit, one and a half within, so that each episode is an alert of its own.</summary>
    private async Task SendAsync(HttpClient client, ObjectId patient, int index, int[] next, Action onAcknowledged, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var batch = Interlocked.Increment(ref next[index]);
                var readings = Enumerable.Range(0, SecondsPerBatch).SelectMany(second => Signs.Select(sign => (
                    Sign: sign,
                    Time: start + (1000L * ((batch * SecondsPerBatch) + second)),
                    Value: sign == "heartRate" ? (batch % 4 == 0 ? 130 + (second % 10) : 80) : 95 + (second % 3)))).ToArray();
                var answer = await client.PostAsJsonAsync(
                    "/api/vitals",
                    new { readings = readings.Select(r => new { patientId = patient, sign = r.Sign, value = r.Value, time = DateTimeOffset.FromUnixTimeMilliseconds(r.Time) }) },
                    cancel);
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                    continue;
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                var counts = await answer.Content.ReadFromJsonAsync<JsonElement>(cancel);
                Assert.Equal(readings.Length, counts.GetProperty("accepted").GetInt32());
                foreach (var (sign, time, value) in readings)
                    acknowledged[(patient, VitalSigns.Find(sign)!.Sign, time)] = value;
                onAcknowledged();
            }
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error) || error is IOException)
        {
            // The server was killed: what it had not acknowledged may or may not be there.
        }
    }

    /// <summary>Looks at the alerts as a screen does, until the server is gone.</summary>
    private async Task WatchAsync(HttpClient client, Action onNewAlert, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var page = await client.GetFromJsonAsync<JsonElement>("/api/alerts?state=all&limit=200", cancel);
                foreach (var alert in page.GetProperty("items").EnumerateArray())
                {
                    if (shown.TryAdd(alert.GetProperty("id").Deserialize<ObjectId>(), 0))
                        onNewAlert();
                }
            }
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error) || error is IOException)
        {
            // The server was killed.
        }
    }

    private async Task CheckReadingsAsync(string directory, ObjectId[] patients, CancellationToken cancel)
    {
        await using var store = new SqliteVitalStore(new SqliteVitalOptions { Directory = directory }, TimeProvider.System, NullLogger<SqliteVitalStore>.Instance);
        var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(start), TimeProvider.System.GetUtcNow());
        Assert.True(acknowledged.Count > Kills * SecondsPerBatch, $"Only {acknowledged.Count} readings were acknowledged.");
        foreach (var patient in patients)
        {
            foreach (var sign in Signs.Select(name => VitalSigns.Find(name)!.Sign))
            {
                var stored = (await store.ReadAsync(patient, sign, from, to, cancel)).ToDictionary(sample => sample.Time, sample => sample.Value);
                var mine = acknowledged.Where(a => a.Key.Patient == patient && a.Key.Sign == sign).ToList();
                Assert.All(mine, a => Assert.Equal(a.Value, stored[a.Key.Time]));
                // The roll-ups must have counted each reading once, however often it was written again after a kill.
                Assert.Equal(stored.Count, (await store.ChartAsync(patient, sign, from, to, 100, cancel)).Sum(point => point.Count));
            }
        }
    }

    private async Task CheckAlertsAsync(string directory, CancellationToken cancel)
    {
        using var database = AlertSchema.Open(Path.Combine(directory, "alerts.db"));
        var store = new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance);
        var log = new List<AlertChange>();
        while (await store.ReadChangesAsync(log.Count == 0 ? 0 : log[^1].Sequence, 10_000, cancel) is { Count: > 0 } more)
            log.AddRange(more);
        var histories = log.GroupBy(change => change.Alert.Id).ToDictionary(g => g.Key, g => g.ToList());
        Assert.NotEmpty(shown);
        Assert.All(shown.Keys, id => Assert.Contains(id, histories));
        Assert.All(histories.Values, history =>
        {
            Assert.Single(history, change => change.Kind == AlertChangeKind.Raised);
            Assert.Equal(Enumerable.Range(1, history.Count), history.Select(change => change.Alert.Version));
        });
        Assert.Equal(log.Select(change => change.Sequence).Distinct().Count(), log.Count);
        var open = (await store.ReadOpenAsync(cancel)).Open;
        Assert.Equal(open.Count, open.Select(alert => alert.Key).Distinct().Count());
    }
}
