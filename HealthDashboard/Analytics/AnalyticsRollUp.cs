using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Analytics;

/// <summary>
/// Brings the roll-ups up to date every minute, for the first time ten seconds after the start. It works the hours and days out again
/// from what is stored and replaces them, so that running twice, or on two nodes, changes nothing. Every minute it looks at today, every
/// hour at yesterday too, and once a day at the last week, for readings that came late. The first run of all looks a month back, and so does
/// one that <see cref="LookBack"/> asks for; after a restart it goes on from the store's "as of".
/// </summary>
internal sealed partial class AnalyticsRollUp(
    IPatientStore patients, VitalRollUp vitals, AlertRollUp alerts, IAnalyticsStore store, LookBack back, TimeProvider time, ILogger<AnalyticsRollUp> log) : BackgroundService
{
    // Nobody waits for it, and after a start the first page needs the processor.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);
    private static readonly TimeSpan FirstTime = TimeSpan.FromDays(31);
    private DateTimeOffset? lastRun;
    private int answered;
    private IReadOnlyList<Patient>? lastPresent;

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
#pragma warning disable CA1031 // Figures for looking back must never end the program that watches patients.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>One run.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var last = lastRun ?? await LastAsOfAsync(now, cancel);
        var asked = back.Asked;
        var first = FirstDay(asked == answered ? last : null, now);
        var count = Day(now).DayNumber - first.DayNumber + 1;
        var present = await PresentAsync(first, count, cancel);
        var monitored = await vitals.RunAsync(present, first, count, now, cancel);
        await alerts.RunAsync(present, monitored, first, count, last, now, cancel);
        lastPresent = present;
        lastRun = now;
        answered = asked;
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

    // Who is here and who has left in these days. Each minute only those are read whom the last run had: there may be a million others.
    private async Task<List<Patient>> PresentAsync(DateOnly first, int count, CancellationToken cancel)
    {
        var start = new DateTimeOffset(first, default, TimeSpan.Zero);
        if (lastPresent is null || count > 1)
            return await patients.AllAsync(cancel).Where(WasThere).ToListAsync(cancel);
        var present = await patients.AdmittedAsync(cancel).ToListAsync(cancel);
        var here = present.Select(patient => patient.Id).ToHashSet();
        foreach (var before in lastPresent.Where(patient => !here.Contains(patient.Id)))
        {
            if (await patients.FindReadableAsync(before.Id, cancel) is { } left && WasThere(left))
                present.Add(left);
        }
        return present;

        bool WasThere(Patient patient) => patient.Status == PatientStatus.Admitted || (patient.Discharge?.At ?? patient.ChangedAt) >= start;
    }

    // Of both that come last, whichever is behind: the sums by bed are newer than the program.
    private async Task<DateTimeOffset?> LastAsOfAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var loads = (await store.AlarmLoadAsync("", "", LoadPeriod.Day, Day(now), Day(now), cancel)).AsOf;
        var counts = (await store.AlertsAsync("", "", Day(now), Day(now), cancel)).AsOf;
        return loads is null || counts is null ? null : loads < counts ? loads : counts;
    }

    private static DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    [LoggerMessage(Level = LogLevel.Error, Message = "Roll-ups failed; they are tried again in a minute")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Roll-ups wait for a store")]
    private partial void LogStoreAway(Exception error);
}
