using System.Collections.Concurrent;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Live;

/// <summary>
/// Where the values of each bed have gone in the last half hour. Each bed is looked up once a minute and only while a wall
/// is open, a few beds a second, so that the store hardly notices.
/// </summary>
internal sealed partial class WallTrends(IVitalStore store, LiveVitals live, PatientDirectory patients, TimeProvider time, ILogger<WallTrends> log)
{
    private const int BedsATime = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Ago = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan Around = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ScoreAgo = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<ObjectId, BedTrends> known = new();
    private readonly ConcurrentDictionary<ObjectId, Queue<ScoreThen>> scores = new();

    /// <summary>What is known of a bed; all steady where nothing is.</summary>
    public BedTrends Of(ObjectId id) => known.GetValueOrDefault(id);

    /// <summary>
    /// Remembers a whole NEWS2 score once a minute and gives the one of an hour ago, or the oldest that was seen since. It is asked by one
    /// caller, which makes the tiles; while nobody looks at a wall nothing is remembered.
    /// </summary>
    public ScoreThen ScoreThen(ObjectId id, int points, DateTimeOffset now)
    {
        var seen = scores.GetOrAdd(id, static _ => new());
        while (seen.TryPeek(out var oldest) && now - oldest.At > ScoreAgo)
            seen.Dequeue();
        if (seen.Count == 0 || now - seen.Last().At >= GoodFor)
            seen.Enqueue(new(points, now));
        return seen.Peek();
    }

    /// <summary>Where a sign has gone from one mean to a later one: steady where the difference is too small to matter.</summary>
    public static Trend Between(VitalSign sign, double before, double after)
    {
        var enough = sign switch { VitalSign.Spo2 => 2, VitalSign.RespiratoryRate => 4, _ => 10 };
        return (after - before) switch
        {
            var change when change >= enough => Trend.Rising,
            var change when change <= -enough => Trend.Falling,
            _ => Trend.Steady,
        };
    }

    /// <summary>Forgets everybody but these.</summary>
    public void Keep(IReadOnlySet<ObjectId> wanted)
    {
        foreach (var (id, _) in scores)
        {
            if (!wanted.Contains(id))
                scores.TryRemove(id, out _);
        }
        foreach (var (id, _) in known)
        {
            if (!wanted.Contains(id))
                known.TryRemove(id, out _);
        }
    }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="isWatched">Whether anybody looks.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Func<bool> isWatched, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            if (!isWatched())
                continue;
            try
            {
                await RefreshAsync(cancel);
            }
            catch (StoreException error)
            {
                LogAway(error.Message);
            }
        }
    }

    private async Task RefreshAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var due = patients.All
            .Where(monitored => monitored.Patient.Status == PatientStatus.Admitted)
            .Select(monitored => monitored.Patient.Id)
            .Where(id => now - Of(id).AsOf > GoodFor)
            .Take(BedsATime);
        foreach (var id in due.ToList())
        {
            known[id] = new BedTrends(
                now,
                await TrendAsync(id, VitalSign.HeartRate, now, cancel),
                await TrendAsync(id, VitalSign.Spo2, now, cancel),
                await TrendAsync(id, VitalSign.RespiratoryRate, now, cancel));
        }
    }

    // Means over minutes on both sides: a trend must not come from one cough.
    private async Task<Trend> TrendAsync(ObjectId id, VitalSign sign, DateTimeOffset now, CancellationToken cancel)
    {
        var since = (now - Around).ToUnixTimeMilliseconds();
        var recent = live.Recent(id, sign).Where(sample => sample.Time >= since).Select(sample => sample.Value).DefaultIfEmpty(double.NaN).Average();
        if (double.IsNaN(recent))
            return Trend.Steady;
        var before = await store.ChartAsync(id, sign, now - Ago - Around, now - Ago + Around, 1, cancel);
        return before.Count == 0 ? Trend.Steady : Between(sign, before[0].Mean, recent);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} The wall shows no new trends until it is back")]
    private partial void LogAway(string reason);
}

/// <summary>A NEWS2 score as it was.</summary>
internal readonly record struct ScoreThen(int Points, DateTimeOffset At);

/// <summary>The trends of one bed.</summary>
internal readonly record struct BedTrends(DateTimeOffset AsOf, Trend HeartRate, Trend Spo2, Trend RespiratoryRate);
