using System.Diagnostics;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Bench;

/// <summary>
/// Readings acknowledged over HTTP, each on disk before its answer and given to the alarms: a second of 1,600 beds a request, four
/// callers. The raw limits get the same readings in the same batches.
/// </summary>
internal static class IngestBench
{
    private const int Beds = 1_600;
    private const int Callers = 4;
    private const int Seconds = 60;

    public static async Task RunAsync(Table table)
    {
        await using var server = await AppServer.StartAsync(Hospital.Settings);
        var hospital = await Hospital.AdmitAsync(server, Beds);
        var raw = RawSqlite.InsertRate(hospital.ReadingsPerSecond, Seconds);

        // What is evaluated is what is new: a minute that ends now, for each of the ways.
        await PostAsync(hospital, hospital.Json, 5, "api/vitals", "application/json");
        var json = await PostAsync(hospital, hospital.Json, Seconds, "api/vitals", "application/json");
        table.Add("ingest, JSON, readings/s", json, raw, "/s", "rows into SQLite");
        var lines = await PostAsync(hospital, hospital.Lines, Seconds, "api/v2/write?precision=ms", "text/plain");
        table.Add("ingest, line protocol, readings/s", lines, raw, "/s", "rows into SQLite");

        await using var influx = await Influxd.StartAsync("bench");
        if (influx is null)
        {
            table.Add("ingest beside influxd", "not measured: influxd is not installed");
            return;
        }
        using var client = new HttpClient { BaseAddress = influx.Address };
        var theirs = await RateAsync(hospital, hospital.Lines, Seconds, async body =>
        {
            using var content = new ByteArrayContent(body);
            (await client.PostAsync("write?db=bench&precision=ms", content)).EnsureSuccessStatusCode();
        });
        table.Add("the same lines, influxd beside", lines, theirs, "/s", "influxd");
    }

    private static Task<double> PostAsync(Hospital hospital, Func<long, byte[]> body, int seconds, string path, string type) =>
        RateAsync(hospital, body, seconds, bytes => hospital.PostAsync(path, bytes, type));

    private static async Task<double> RateAsync(Hospital hospital, Func<long, byte[]> body, int seconds, Func<byte[], Task> postAsync)
    {
        // Made before the clock runs. Each run has a time of its own, so nothing is a repetition.
        var first = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - seconds;
        var bodies = Enumerable.Range(0, seconds).Select(i => body(first + i)).ToArray();
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < bodies.Length)
                await postAsync(bodies[i]);
        }));
        return (double)hospital.ReadingsPerSecond * seconds / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
