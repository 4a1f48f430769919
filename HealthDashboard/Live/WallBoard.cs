using System.Threading.Channels;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Live;

/// <summary>
/// The wall of beds, made once for everybody who looks: a frame a second while anybody does, and at once when an alert changes.
/// A tile that has not changed stays the same object, so what a viewer costs depends on what changes, not on how many beds there are.
/// Loss policy: a viewer that is slow sees the newest frame and none of those between.
/// </summary>
internal sealed partial class WallBoard(
    PatientDirectory patients, RegionWatch watch, LiveVitals live, AlertFeed alerts, BedTiles tiles, WallTrends trends, TimeProvider time, ILogger<WallBoard> log)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> hint = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly AcuityOrder order = new();
    private readonly EmptyBeds emptyBeds = new();
    private readonly Listeners<Action> viewers = new(error => LogViewerFailed(log, error));
    private Dictionary<ObjectId, BedTile> known = [];
    private WallFrame frame = WallFrame.Empty;
    private long builtAt; // 0 is long ago: nothing was built yet.

    /// <summary>Whether frames are being made: false when the last one is older than 5 s.</summary>
    public bool IsAlive => time.GetUtcNow().UtcTicks - Volatile.Read(ref builtAt) < LostAfter.Ticks;

    /// <summary>The newest frame, made now when the last one is more than a second old.</summary>
    public WallFrame Current
    {
        get
        {
            var now = time.GetUtcNow();
            lock (gate)
            {
                if (now.UtcTicks - builtAt > Every.Ticks)
                    Build(now);
                return frame;
            }
        }
    }

    /// <summary>Calls back, on a thread of the board, whenever there is a new frame; the callback must return at once.</summary>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    public IDisposable Subscribe(Action changed)
    {
        var screen = watch.Show(region: null);
        var viewer = viewers.Add(changed);
        return new Subscription(() =>
        {
            screen.Dispose();
            viewer.Dispose();
        });
    }

    /// <summary>Shows the newest frame on a page. One update waits at most: it shows what is newest when its turn comes.</summary>
    /// <param name="invoke">Runs something on the page's own thread.</param>
    /// <param name="show">Shows <see cref="Current"/>.</param>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    public IDisposable Subscribe(Func<Action, Task> invoke, Action show)
    {
        var pending = 0;
        return Subscribe(() =>
        {
            if (Interlocked.Exchange(ref pending, 1) == 1)
                return;
            _ = invoke(() =>
            {
                Volatile.Write(ref pending, 0);
                show();
            });
        });
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var clock = time.CreateTimer(_ => Wake(), null, Every, Every);
        using var changes = patients.OnChanged(_ => Wake());
        await await Task.WhenAny(BuildAsync(stoppingToken), FollowAlertsAsync(stoppingToken), trends.RunAsync(() => !viewers.IsEmpty, stoppingToken));
    }

    private void Wake() => hint.Writer.TryWrite(true); // One that waits stands for all.

    private async Task FollowAlertsAsync(CancellationToken cancel)
    {
        using var subscription = alerts.Follow();
        while (await subscription.Messages.WaitToReadAsync(cancel))
        {
            while (subscription.Messages.TryRead(out _))
            {
                // Which one it was does not matter: each frame asks the feed for all that are open.
            }
            Wake();
        }
    }

    private async Task BuildAsync(CancellationToken cancel)
    {
        await foreach (var _ in hint.Reader.ReadAllAsync(cancel))
        {
            if (viewers.IsEmpty)
                continue;
            try
            {
                bool changed;
                lock (gate)
                    changed = Build(time.GetUtcNow());
                if (changed)
                    viewers.Call(static viewer => viewer());
            }
#pragma warning disable CA1031 // The wall must go on; while frames fail, IsAlive is false and every wall says so.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogFailed(error);
            }
            await Task.Delay(ShowEvery, time, cancel);
        }
    }

    private bool Build(DateTimeOffset now)
    {
        var all = alerts.Snapshot().Open;
        var open = all.ToLookup(alert => alert.PatientId);
        var occupied = patients.All
            .Where(monitored => monitored.Patient.Status == PatientStatus.Admitted)
            .Select(monitored => tiles.Build(monitored, [.. open[monitored.Patient.Id]], known.GetValueOrDefault(monitored.Patient.Id), now))
            .ToList();
        var byBed = WallFrame.InPlace(occupied.Concat(emptyBeds.Beside(occupied)));
        var next = new WallFrame(byBed, order.Sort([.. byBed.Where(tile => !tile.IsEmpty)], now), LastReading(occupied, now))
        {
            Calls = WallCall.Of(all, id => patients.Find(id)?.Patient, frame.Calls),
        };
        var changed = next.LastReading != frame.LastReading || !Same(next.ByBed, frame.ByBed) || !Same(next.ByAcuity, frame.ByAcuity)
            || !ReferenceEquals(next.Calls, frame.Calls);
        known = occupied.ToDictionary(tile => tile.PatientId);
        frame = next;
        Volatile.Write(ref builtAt, now.UtcTicks);
        return changed;
    }

    // A device whose clock is ahead has not measured in the future.
    private DateTimeOffset? LastReading(List<BedTile> shown, DateTimeOffset now)
    {
        var last = shown.SelectMany(tile => live.Latest(tile.PatientId)).Select(reading => Math.Min(reading.Effective, now.ToUnixTimeMilliseconds())).DefaultIfEmpty().Max();
        return last == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(last);
    }

    private static bool Same<T>(IReadOnlyList<T> a, IReadOnlyList<T> b) =>
        a.Count == b.Count && a.Zip(b).All(pair => ReferenceEquals(pair.First, pair.Second));

    [LoggerMessage(Level = LogLevel.Error, Message = "A frame of the wall failed")]
    private partial void LogFailed(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A wall could not be notified of a frame")]
    private static partial void LogViewerFailed(ILogger log, Exception error);
}
