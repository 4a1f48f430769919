using HealthDashboard.Data.Stores;

namespace HealthDashboard.Analytics;

/// <summary>
/// Brings the roll-ups up to date every minute, for the first time ten seconds after the start. It works the hours and days out again
/// from what is stored and replaces them, so that running twice, or on two nodes, changes nothing. Every minute it looks at today, every
/// hour at yesterday too, and once a day at the last week, for readings that came late. The first run of all looks a month back; after a
/// restart it goes on from the store's "as of".
/// </summary>
internal sealed partial class AnalyticsRollUp(
    VitalRollUp vitals, AlertRollUp alerts, IAnalyticsStore store, TimeProvider time, ILogger<AnalyticsRollUp> log) : BackgroundService
{
    // Nobody waits for it, and after a start the first page needs the processor.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);
    private static readonly TimeSpan FirstTime = TimeSpan.FromDays(31);
    private DateTimeOffset? lastRun;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(FirstAfter, time, stoppingToken);
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (StoreException unavailable)
            {
                // The next run makes up for it: it starts from the last one that went through.
                LogStoreAway(unavailable);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One run.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var last = lastRun ?? await LastAsOfAsync(now, cancel);
        var first = FirstDay(last, now);
        var count = Day(now).DayNumber - first.DayNumber + 1;
        await vitals.RunAsync(first, count, now, cancel);
        await alerts.RunAsync(first, count, now, cancel);
        lastRun = now;
    }

    /// <summary>The first day that a run must look at.</summary>
    internal static DateOnly FirstDay(DateTimeOffset? last, DateTimeOffset now)
    {
        if (last is not { } before)
            return Day(now - FirstTime);
        if (Day(before) != Day(now))
            return Day((before < now - Late ? before : now) - Late);
        return before.Hour == now.Hour ? Day(now) : Day(now).AddDays(-1);
    }

    // Alerts are written last, so this is the last run that went through.
    private async Task<DateTimeOffset?> LastAsOfAsync(DateTimeOffset now, CancellationToken cancel) =>
        (await store.AlertsAsync("", "", Day(now), Day(now), cancel)).AsOf;

    private static DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Roll-ups wait for a store")]
    private partial void LogStoreAway(Exception error);
}
