using System.Diagnostics;
using System.Globalization;
using System.Text;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Bench;

/// <summary>
/// The spool brought to InfluxDB after an outage of hours, roll-ups included, because all of it is older than an hour. The raw limit
/// is the same readings as lines, a second of the hospital a request, straight to the same influxd.
/// </summary>
internal static class DrainBench
{
    private const int Signs = 6;
    private const int SecondsAtOnce = 10;
    private const int Callers = 2;

    public static async Task RunAsync(Table table)
    {
        await using var influx = await ServerProcess.InfluxdAsync();
        if (influx is null)
        {
            table.Add("drain to InfluxDB", "not measured: influxd is not installed");
            return;
        }
        await RunAsync(table, influx, beds: 77, seconds: 3600);
        await RunAsync(table, influx, beds: 800, seconds: 300);
    }

    private static async Task RunAsync(Table table, ServerProcess influx, int beds, int seconds)
    {
        var start = TimeProvider.System.GetUtcNow().AddHours(-6).ToUnixTimeSeconds();
        var ids = Enumerable.Range(0, beds).Select(bed => ObjectId.New(TimeProvider.System)).ToArray();
        var theirs = await RawRateAsync(influx, ids, start, seconds);
        var ours = await DrainRateAsync(influx, ids, start, seconds);
        table.Add(string.Create(CultureInfo.InvariantCulture, $"drain to InfluxDB, {beds} beds, {seconds / 60} min, readings/s"), ours, theirs, "/s", "the same lines to the same influxd");
    }

    private static async Task<double> DrainRateAsync(ServerProcess influx, ObjectId[] ids, long start, int seconds)
    {
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            using var spool = new Spool(new SpoolDisk(directory.FullName), 1L << 34, new DeviceNames(), NullLogger<Spool>.Instance);
            for (var second = 0; second < seconds; second += SecondsAtOnce)
                await spool.AppendAsync([.. Enumerable.Range(second, SecondsAtOnce).SelectMany(at => Second(ids, start + at))]);
            var count = spool.Readings;
            var options = new InfluxDbOptions { Address = new Uri($"http://127.0.0.1:{influx.Port}"), Database = $"drain{ids.Length}" };
            await using var store = new InfluxDbVitalStore(options, Policy(), Policy(), TimeProvider.System, NullLogger<InfluxDbVitalStore>.Instance);
            await store.LatestAsync(ids[0]);
            var began = Stopwatch.GetTimestamp();
            using var drain = new SpoolDrain(spool, store, TimeProvider.System, NullLogger<SpoolDrain>.Instance);
            await drain.StartAsync(CancellationToken.None);
            while (spool.Readings > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            var rate = count / Stopwatch.GetElapsedTime(began).TotalSeconds;
            await drain.StopAsync(CancellationToken.None);
            return rate;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static StorePolicy Policy() =>
        new("InfluxDB", new StorePolicyOptions { Timeout = TimeSpan.FromSeconds(20) }, TimeProvider.System, NullLogger.Instance);

    private static async Task<double> RawRateAsync(ServerProcess influx, ObjectId[] ids, long start, int seconds)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{influx.Port}") };
        await influx.CreateDatabaseAsync($"raw{ids.Length}");
        var bodies = Enumerable.Range(0, seconds / SecondsAtOnce).Select(i => Lines(ids, start + (i * SecondsAtOnce))).ToArray();
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(bodies, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (body, cancel) =>
        {
            using var content = new ByteArrayContent(body);
            (await client.PostAsync($"write?db=raw{ids.Length}&precision=ms", content, cancel)).EnsureSuccessStatusCode();
        });
        return (double)ids.Length * Signs * seconds / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static byte[] Lines(ObjectId[] ids, long start)
    {
        var text = new StringBuilder();
        foreach (var reading in Enumerable.Range(0, SecondsAtOnce).SelectMany(second => Second(ids, start + second)))
        {
            text.Append(CultureInfo.InvariantCulture,
                $"vitals,patient={reading.PatientId},sign={reading.Sign.Info().Name} value={reading.Value},device=\"{reading.Device}\" {reading.Time}\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static IEnumerable<Reading> Second(ObjectId[] ids, long second) => ids.SelectMany((id, bed) => Enumerable.Range(0, Signs).Select(sign =>
        new Reading(id, VitalSigns.All[sign].Sign, second * 1000, Hospital.Value(sign, second + bed), "monitor")));
}
