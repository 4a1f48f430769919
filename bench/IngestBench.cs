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
    private const string JsonPath = "api/vitals";
    private const string LinesPath = "api/v2/write?precision=ms";

    public static async Task RunAsync(Table table)
    {
        await using var server = await AppServer.StartAsync(Hospital.Settings);
        var hospital = await Hospital.AdmitAsync(server, Beds);
        var raw = RawSqlite.InsertRate(hospital.ReadingsPerSecond, Seconds);

        await RateAsync(hospital, hospital.Json, 5, body => hospital.PostAsync(JsonPath, body, "application/json"));
        var json = await RateAsync(hospital, hospital.Json, Seconds, body => hospital.PostAsync(JsonPath, body, "application/json"));
        table.Add("ingest, JSON, readings/s", json, raw, "/s", "rows into SQLite");
        var lines = await RateAsync(hospital, hospital.Lines, Seconds, body => hospital.PostAsync(LinesPath, body, "text/plain"));
        table.Add("ingest, line protocol, readings/s", lines, raw, "/s", "rows into SQLite");

        await using var influx = await ServerProcess.InfluxdAsync();
        if (influx is null)
        {
            table.Add("ingest beside influxd", "not measured: influxd is not installed");
            return;
        }
        var theirs = await InfluxdRateAsync(influx, hospital);
        table.Add("the same lines to influxd", lines, theirs, "/s", "influxd");

        await using var on = await AppServer.StartAsync(new Dictionary<string, string>(Hospital.Settings)
        {
            ["Stores:Vitals"] = "InfluxDb",
            ["ConnectionStrings:InfluxDb"] = $"http://127.0.0.1:{influx.Port};Database=health",
        });
        var onInflux = await Hospital.AdmitAsync(on, Beds);
        await RateAsync(onInflux, onInflux.Lines, 5, body => onInflux.PostAsync(LinesPath, body, "text/plain"));
        var through = await RateAsync(onInflux, onInflux.Lines, Seconds, body => onInflux.PostAsync(LinesPath, body, "text/plain"));
        table.Add("ingest with InfluxDB behind, line protocol", through, theirs, "/s", "the same lines to the same influxd");
    }

    private static async Task<double> InfluxdRateAsync(ServerProcess influx, Hospital hospital)
    {
        using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{influx.Port}") };
        await influx.CreateDatabaseAsync("bench");
        return await RateAsync(hospital, hospital.Lines, Seconds, async body =>
        {
            using var content = new ByteArrayContent(body);
            (await client.PostAsync("write?db=bench&precision=ms", content)).EnsureSuccessStatusCode();
        });
    }

    private static async Task<double> RateAsync(Hospital hospital, Func<long, byte[]> body, int seconds, Func<byte[], Task> postAsync)
    {
        // What is evaluated is what is new, so it is the last minute; made before the clock runs.
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
