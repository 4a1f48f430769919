using System.Diagnostics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HealthDashboard.Bench;

/// <summary>
/// An alert written by one node and read from the log by another, on a Redis that syncs before it answers. Beside it a bare PUBLISH, which
/// keeps nothing, and a bare synced XADD.
/// </summary>
internal static class RedisBench
{
    private const int Alerts = 500;

    public static async Task RunAsync(Table table)
    {
        await using var server = await ServerProcess.RedisAsync();
        if (server is null)
        {
            table.Add("alerts on Redis", "not measured: redis-server is not installed");
            return;
        }
        var options = Options.Create(new RedisOptions { Connection = $"127.0.0.1:{server.Port}" });
        await using var here = Connect(options);
        await using var there = Connect(options);
        var writer = new RedisAlertStore(here, NullLogger<RedisAlertStore>.Instance);
        var reader = new RedisAlertStore(there, NullLogger<RedisAlertStore>.Instance);
        using var raw = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}");

        var (written, delivered) = await MeasureAsync(writer, reader);
        var published = await PublishAsync(raw);
        var added = await AddAsync(raw);
        table.Add("alert on Redis, written, p50", Table.Percentile(written, 0.5), Table.Percentile(added, 0.5), "ms", "one XADD, synced");
        table.Add("alert on Redis, written to read by another node, p50", Table.Percentile(delivered, 0.5), Table.Percentile(published, 0.5), "ms", "PUBLISH to its subscriber");
        table.Add("the same, p99", Table.Percentile(delivered, 0.99), Table.Percentile(published, 0.99), "ms", "PUBLISH to its subscriber");
    }

    private static RedisConnection Connect(IOptions<RedisOptions> options) =>
        new(options, new StorePolicy("Redis alerts", new StorePolicyOptions(), TimeProvider.System, NullLogger.Instance));

    private static async Task<(List<double> Written, List<double> Delivered)> MeasureAsync(RedisAlertStore writer, RedisAlertStore reader)
    {
        var hinted = new SemaphoreSlim(0);
        using var hints = reader.OnChanged(() => hinted.Release());
        var (written, delivered) = (new List<double>(), new List<double>());
        var sequence = (await reader.ReadOpenAsync()).Sequence;
        for (var i = -20; i < Alerts; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await writer.WriteAsync([Raised()], []);
            var done = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            IReadOnlyList<AlertChange> changes;
            while ((changes = await reader.ReadChangesAsync(sequence, 10)).Count == 0)
                await hinted.WaitAsync(TimeSpan.FromSeconds(1));
            sequence = changes[^1].Sequence;
            // The first ones are for the compiler.
            if (i < 0)
                continue;
            written.Add(done);
            delivered.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        return (written, delivered);
    }

    private static async Task<List<double>> PublishAsync(ConnectionMultiplexer raw)
    {
        var channel = RedisChannel.Literal("bench");
        using var other = await ConnectionMultiplexer.ConnectAsync(raw.Configuration);
        var heard = new SemaphoreSlim(0);
        await other.GetSubscriber().SubscribeAsync(channel, (_, _) => heard.Release());
        return await TimesAsync(async () =>
        {
            await raw.GetSubscriber().PublishAsync(channel, "x");
            await heard.WaitAsync();
        });
    }

    private static Task<List<double>> AddAsync(ConnectionMultiplexer raw)
    {
        var database = raw.GetDatabase();
        var entry = new string('x', 700);
        return TimesAsync(() => database.ExecuteAsync("XADD", "bench", "*", "alert", entry));
    }

    private static async Task<List<double>> TimesAsync(Func<Task> act)
    {
        var times = new List<double>();
        for (var i = -20; i < Alerts; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await act();
            if (i >= 0)
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        return times;
    }

    private static AlertChange Raised()
    {
        var now = TimeProvider.System.GetUtcNow();
        var alert = new Alert
        {
            Id = ObjectId.New(TimeProvider.System),
            PatientId = ObjectId.New(TimeProvider.System),
            Sign = "spo2",
            Direction = AlertDirection.Low,
            Kind = AlertKind.Limit,
            Priority = AlertPriority.Medium,
            Value = 86,
            Extreme = 86,
            Limit = 90,
            Count = 1,
            RaisedAt = now,
            Version = 1,
            Text = "** SpO2 86 < 90",
        };
        return new AlertChange(AlertChangeKind.Raised, alert, "system", now);
    }
}
