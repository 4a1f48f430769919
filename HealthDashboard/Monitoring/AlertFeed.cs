using System.Threading.Channels;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// The open alerts and what happens to them, for every viewer in this process. A subscription hands out the snapshot and the stream
/// in one step, so nothing falls between. Alerts are never dropped: a viewer that falls behind gets a new snapshot instead of the
/// changes it missed.
/// <para>
/// What is published is what the store's log says, read in its order after each hint. This node's own changes come the same way as
/// those of other nodes, so no number is published twice or out of order. Only changes that the store cannot take now come from
/// here directly, with sequence 0.
/// </para>
/// </summary>
internal sealed partial class AlertFeed(IAlertStore store, TimeProvider time, ILogger<AlertFeed> log) : BackgroundService
{
    /// <summary>How long the feed may be unconfirmed before it counts as lost.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(5);

    private const int PageSize = 1_000;
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly AlertBoard board = new();
    private readonly List<AlertViewer> viewers = [];
    private readonly Channel<bool> hint = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long lastRead = long.MinValue;
    private long lastEngine = long.MinValue;

    /// <summary>Completes when the open alerts were read from the store; before that snapshots are empty and the feed is not healthy.</summary>
    public Task Loaded => loaded.Task;

    /// <summary>How many viewers there are.</summary>
    public int Viewers
    {
        get
        {
            lock (gate)
                return viewers.Count(viewer => viewer.IsCounted);
        }
    }

    /// <summary>The number of the last change published; 0 when there is none.</summary>
    public long Sequence
    {
        get
        {
            lock (gate)
                return board.Sequence;
        }
    }

    /// <summary>
    /// When the evaluation of alarms and the reading of the log were both last known to run. A page that shows alerts must say
    /// "feed lost" when this is more than <see cref="LostAfter"/> ago; null before both have begun.
    /// </summary>
    public DateTimeOffset? LastConfirmed
    {
        get
        {
            var last = Math.Min(Volatile.Read(ref lastRead), Volatile.Read(ref lastEngine));
            return last == long.MinValue ? null : new DateTimeOffset(last, TimeSpan.Zero);
        }
    }

    /// <summary>Whether what viewers see can be trusted to be all there is.</summary>
    public bool Healthy => LastConfirmed is { } last && time.GetUtcNow() - last < LostAfter;

    /// <summary>Begins a subscription, for the caller to dispose.</summary>
    public AlertSubscription Subscribe() => Subscribe(counted: true);

    /// <summary>As <see cref="Subscribe()"/>, for the program's own use: not among <see cref="Viewers"/>.</summary>
    internal AlertSubscription Follow() => Subscribe(counted: false);

    /// <summary>The open alerts now, without a subscription.</summary>
    public AlertSnapshot Snapshot()
    {
        lock (gate)
            return board.Snapshot();
    }

    /// <summary>An open alert as viewers see it now; null when it is not open.</summary>
    public Alert? FindOpen(ObjectId id)
    {
        lock (gate)
            return board.FindOpen(id);
    }

    /// <summary>There may be something new in the log.</summary>
    internal void Wake() => hint.Writer.TryWrite(true); // One that waits stands for all.

    /// <summary>The engine runs: every patient that was due has been evaluated.</summary>
    internal void ConfirmEngine() => Volatile.Write(ref lastEngine, time.GetUtcNow().UtcTicks);

    /// <summary>Shows changes that the store cannot take now, with sequence 0.</summary>
    internal void ShowUnrecorded(IEnumerable<AlertChange> changes)
    {
        lock (gate)
        {
            foreach (var change in changes)
            {
                if (board.ShowUnrecorded(change) is { } shown)
                    Send(new AlertFeedMessage(shown, null));
            }
        }
    }

    /// <summary>Whether an alert is, or was before its end, shown as not recorded.</summary>
    internal bool ShowsUnrecorded(ObjectId id)
    {
        lock (gate)
            return board.HasUnrecorded(id);
    }

    /// <summary>
    /// Takes back what was shown as not recorded and will not come from the log any more: it was refused, or the log has passed it.
    /// </summary>
    internal void Settle(IEnumerable<AlertWriteOutcome> outcomes)
    {
        lock (gate)
        {
            var stale = false;
            foreach (var outcome in outcomes)
                stale |= board.Settle(outcome);
            if (stale)
                SendSnapshot();
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hints = store.OnChanged(Wake);
        using var poll = time.CreateTimer(_ => Wake(), null, PollEvery, PollEvery);
        Wake();
        await foreach (var _ in hint.Reader.ReadAllAsync(stoppingToken))
            await FollowLogAsync(stoppingToken);
    }

    private async Task FollowLogAsync(CancellationToken cancel)
    {
        try
        {
            if (!loaded.Task.IsCompleted)
                Load(await store.ReadOpenAsync(cancel));
            while (await store.ReadChangesAsync(Sequence, PageSize, cancel) is { Count: > 0 } changes)
            {
                Publish(changes);
                if (changes.Count < PageSize)
                    break;
            }
            ConfirmRead();
        }
        catch (StoreUnavailableException error)
        {
            LogStoreAway(error.Message);
            // What this node raises is still shown, as not recorded; without the open alerts nothing could be trusted.
            if (loaded.Task.IsCompleted)
                ConfirmRead();
        }
#pragma warning disable CA1031 // The loop must outlive any failure; unconfirmed, the feed shows as lost until it works again.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogReadFailed(error);
        }
    }

    private void Load(AlertSnapshot snapshot)
    {
        lock (gate)
        {
            board.Load(snapshot);
            SendSnapshot();
        }
        loaded.TrySetResult();
    }

    private void Publish(IReadOnlyList<AlertChange> changes)
    {
        lock (gate)
        {
            foreach (var change in changes)
            {
                board.Apply(change);
                Send(new AlertFeedMessage(change, null));
            }
        }
    }

    private void ConfirmRead() => Volatile.Write(ref lastRead, time.GetUtcNow().UtcTicks);

    private AlertSubscription Subscribe(bool counted)
    {
        var viewer = new AlertViewer(counted);
        lock (gate)
        {
            viewers.Add(viewer);
            return new AlertSubscription(board.Snapshot(), viewer.Messages, () => Remove(viewer));
        }
    }

    private void Remove(AlertViewer viewer)
    {
        lock (gate)
            viewers.Remove(viewer);
        viewer.Complete();
    }

    // Under the lock, so that all viewers get the same order. A channel runs no reader's code while it is written to.
    private void Send(AlertFeedMessage message)
    {
        AlertSnapshot? snapshot = null;
        foreach (var viewer in viewers)
        {
            if (!viewer.TrySend(message))
                viewer.StartAgain(snapshot ??= board.Snapshot());
        }
    }

    private void SendSnapshot()
    {
        var message = new AlertFeedMessage(null, board.Snapshot());
        foreach (var viewer in viewers)
            viewer.StartAgain(message.Snapshot!);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The alerts' log cannot be read now: {Reason}")]
    private partial void LogStoreAway(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading the alerts' log failed")]
    private partial void LogReadFailed(Exception error);
}
