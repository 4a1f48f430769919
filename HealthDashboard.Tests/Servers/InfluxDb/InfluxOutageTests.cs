using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>The real server killed and started again while readings come in.</summary>
public sealed class InfluxOutageTests : IAsyncLifetime
{
    private const int Callers = 4;
    private static readonly ObjectId Repeated = ObjectId.Parse("0123456789abcdef0123456f");

    private readonly InfluxServer server = new();
    private readonly IngestRoom room = new(Options.Create(new IngestOptions()), TimeProvider.System);
    private readonly ServiceProvider meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly long start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly ConcurrentQueue<Reading> acknowledged = new();
    private readonly ConcurrentQueue<Reading> evaluated = new();

    public ValueTask InitializeAsync() => new(server.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await meters.DisposeAsync();
    }

    [Fact]
    public async Task Every_acknowledged_reading_is_there_once_and_in_order_after_outages_under_load()
    {
        using var directory = new TempDirectory();
        await using var store = Store();
        using var spool = new Spool(new SpoolDisk(directory.Path), 1L << 30, new DeviceNames(), NullLogger<Spool>.Instance);
        using var drain = new SpoolDrain(spool, store, TimeProvider.System, NullLogger<SpoolDrain>.Instance);
        using var queue = Queue(store, spool);
        await queue.StartAsync(CancellationToken.None);
        await drain.StartAsync(CancellationToken.None);
        using var enough = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, Callers).Select(caller => SendAsync(queue, caller, enough.Token)), RepeatAsync(queue, enough.Token)];

        for (var outage = 0; outage < 2; outage++)
        {
            await MoreAsync(20_000, load);
            await server.KillAsync();
            await Eventually.HoldsAsync(() => spool.Readings > 10_000, "readings go to the spool");
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.LatestAsync(Repeated));
            await server.StartAsync();
            await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => store.LatestAsync(Repeated)) is null, "reads recover by themselves");
        }
        await enough.CancelAsync();
        await Task.WhenAll(load);
        await Eventually.HoldsAsync(() => spool.Readings == 0, "the spool is empty");
        await Eventually.HoldsAsync(() => evaluated.Count == acknowledged.Count, "every reading went to the alarms");

        Assert.Equal(acknowledged.Order(ByKey), evaluated.Order(ByKey));
        foreach (var patient in acknowledged.GroupBy(reading => reading.PatientId))
        {
            var stored = await store.ReadAsync(patient.Key, VitalSign.HeartRate, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            // The last of those for one moment, in the order in which they were acknowledged.
            var expected = patient.GroupBy(reading => reading.Time).OrderBy(moment => moment.Key).Select(moment => new Sample(moment.Key, moment.Last().Value));
            Assert.Equal(expected, stored);
        }
    }

    [Fact]
    public async Task The_app_starts_without_the_server_and_brings_it_everything_when_it_is_there()
    {
        await server.KillAsync();
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Demo:Enabled"] = "false",
            ["Stores:Vitals"] = "InfluxDb",
            ["ConnectionStrings:InfluxDb"] = $"{server.Address};Database=away",
        });
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var id = await AddPatientAsync(app.Client);
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(app.Client, id, now.AddSeconds(-i), 70 + i)).StatusCode);
        Assert.Equal("down", (await app.Client.GetFromJsonAsync<JsonElement>("/health/ready")).GetProperty("stores").GetProperty("vitals").GetString());

        await server.StartAsync();
        await using var store = Store("away");
        await Eventually.HoldsAsync(
            async () => await Record.ExceptionAsync(() => store.LatestAsync(id)) is null
                && (await store.ReadAsync(id, VitalSign.HeartRate, now.AddMinutes(-1), now.AddMinutes(1))).Count == 3,
            "the readings are in the server");
        await Eventually.HoldsAsync(
            async () => (await app.Client.GetAsync($"/api/patients/{id}/vitals?sign=heartRate")).StatusCode == HttpStatusCode.OK, "charts are there again");
        Assert.Equal("ready", (await app.Client.GetFromJsonAsync<JsonElement>("/health/ready")).GetProperty("status").GetString());
    }

    private static Comparer<Reading> ByKey { get; } = Comparer<Reading>.Create((a, b) =>
        (a.PatientId.ToString(), a.Time, a.Value).CompareTo((b.PatientId.ToString(), b.Time, b.Value)));

    private static async Task<ObjectId> AddPatientAsync(HttpClient client)
    {
        var response = await client.PostAsJsonAsync("/api/patients", new
        {
            mrn = "MRN-1",
            region = "north",
            ward = "ICU",
            givenName = "Test",
            familyName = "Patient",
            birthDate = "1960-01-01",
            sex = "unknown",
            status = "admitted",
        });
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return ObjectId.Parse((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, ObjectId id, DateTimeOffset time, double value) =>
        client.PostAsJsonAsync("/api/vitals", new { readings = new[] { new { patientId = id, sign = "heartRate", value, time } } });

    private InfluxDbVitalStore Store(string database = "outage") => InfluxStores.Over(
        new InfluxDbOptions { Address = server.Address, Database = database },
        new StorePolicyOptions { Timeout = TimeSpan.FromSeconds(2) },
        TimeProvider.System);

    private IngestQueue Queue(IVitalStore store, Spool spool) => new(
        store,
        spool,
        new Sink(evaluated),
        room,
        new IngestStatistics(meters.GetRequiredService<IMeterFactory>(), room, TimeProvider.System),
        TimeProvider.System,
        NullLogger<IngestQueue>.Instance);

    private async Task MoreAsync(int readings, Task[] load)
    {
        var enough = acknowledged.Count + readings;
        await Eventually.HoldsAsync(
            () =>
            {
                // A sender that ended has something to say.
                Assert.DoesNotContain(load, sender => sender.IsFaulted);
                return acknowledged.Count >= enough;
            },
            "readings are acknowledged");
    }

    // Each caller has a patient of its own, and a millisecond of its own for each reading.
    private async Task SendAsync(IngestQueue queue, int caller, CancellationToken enough)
    {
        var patient = ObjectId.Parse($"0123456789abcdef0123456{caller}");
        for (var next = 0; !enough.IsCancellationRequested; next += 100)
        {
            Reading[] batch = [.. Enumerable.Range(next, 100).Select(i => new Reading(patient, VitalSign.HeartRate, start + i, i, "monitor"))];
            await queue.AcceptAsync(batch, "test");
            foreach (var reading in batch)
                acknowledged.Enqueue(reading);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    // One moment again and again: the value acknowledged last must stay, whichever way each of them went.
    private async Task RepeatAsync(IngestQueue queue, CancellationToken enough)
    {
        for (var value = 1; !enough.IsCancellationRequested; value++)
        {
            var reading = new Reading(Repeated, VitalSign.HeartRate, start, value);
            await queue.AcceptAsync(new[] { reading }, "test");
            acknowledged.Enqueue(reading);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    private sealed class Sink(ConcurrentQueue<Reading> evaluated) : IReadingSink
    {
        public ValueTask AcceptAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
        {
            foreach (var reading in readings)
                evaluated.Enqueue(reading);
            return ValueTask.CompletedTask;
        }
    }
}
