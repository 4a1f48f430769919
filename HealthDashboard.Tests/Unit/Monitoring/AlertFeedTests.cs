using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class AlertFeedTests : IAsyncLifetime
{
    private readonly AlertWorld world = new();
    private TroubledAlertStore store = null!;
    private AlertFeed feed = null!;

    public async ValueTask InitializeAsync()
    {
        store = new TroubledAlertStore(world.Alerts);
        feed = await StartFeedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await feed.StopAsync(CancellationToken.None);
        feed.Dispose();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_subscription_begins_with_what_is_open_and_goes_on_with_what_happens()
    {
        var first = await WriteAsync(Raised());
        await PublishedAsync(first);
        using var viewer = feed.Subscribe();
        Assert.Equal(first.Alert.Id, Assert.Single(viewer.Snapshot.Open).Id);
        var second = await WriteAsync(Next(first.Alert, AlertChangeKind.Ended));
        Assert.Equal(second, (await viewer.Messages.ReadAsync()).Change);
    }

    [Fact]
    public async Task What_another_node_wrote_is_seen_without_a_hint_within_a_second()
    {
        using var viewer = feed.Subscribe();
        using var silent = AlertSchema.Open(world.AlertPath);
        var elsewhere = new SqliteAlertStore(silent, NullLogger<SqliteAlertStore>.Instance);
        await elsewhere.WriteAsync([Raised()], []);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await viewer.Messages.ReadAsync()).Change!.Sequence);
    }

    [Fact]
    public async Task A_viewer_that_falls_behind_gets_a_snapshot_and_holds_up_nobody()
    {
        using var slow = feed.Subscribe();
        using var quick = feed.Subscribe();
        var seen = new View(quick.Snapshot);
        var last = await WriteAsync(Raised());
        for (var written = 1; written < 3_000;)
        {
            var changes = new List<AlertChange>();
            for (; changes.Count < AlertViewer.Capacity / 2 && written < 3_000; written++)
                changes.Add(last = Next(last.Alert, AlertChangeKind.Updated));
            await world.Alerts.WriteAsync(changes, []);
            // It reads all of these before the next ones come, so it never has more than its buffer holds.
            await FollowAsync(quick, seen, written);
        }
        Assert.Equal(Enumerable.Range(1, 3_000).Select(i => (long)i), seen.Sequences);

        var view = await FollowAsync(slow, new View(slow.Snapshot), 3_000);
        Assert.True(view.Snapshots >= 1);
        Assert.Equal(3_000, Assert.Single(view.Open.Values).Sequence);
    }

    [Fact]
    public async Task A_change_that_is_not_recorded_is_over_the_recorded_one_until_it_is()
    {
        var raised = await WriteAsync(Raised());
        await PublishedAsync(raised);
        var worse = Next(raised.Alert, AlertChangeKind.Updated) with { Alert = raised.Alert with { Version = 2, Extreme = 70 } };
        feed.ShowUnrecorded([worse]);
        Assert.Equal((0, 70), (feed.FindOpen(raised.Alert.Id)!.Sequence, feed.FindOpen(raised.Alert.Id)!.Extreme));
        await PublishedAsync(await WriteAsync(worse));
        Assert.Equal((2, 70), (feed.FindOpen(raised.Alert.Id)!.Sequence, feed.FindOpen(raised.Alert.Id)!.Extreme));
    }

    [Fact]
    public async Task A_change_that_was_shown_and_then_refused_is_taken_back()
    {
        var raised = Raised();
        feed.ShowUnrecorded([raised]);
        using var viewer = feed.Subscribe();
        Assert.Single(viewer.Snapshot.Open);
        feed.Settle([new AlertWriteOutcome(raised, Raised().Alert)]);
        Assert.Empty((await viewer.Messages.ReadAsync()).Snapshot!.Open);
    }

    [Fact]
    public void A_subscription_may_be_disposed_again_and_counts_once()
    {
        var viewer = feed.Subscribe();
        Assert.Equal(1, feed.Viewers);
        viewer.Dispose();
        viewer.Dispose();
        Assert.Equal(0, feed.Viewers);
    }

    [Fact]
    public async Task It_is_lost_when_the_log_cannot_be_read_from_the_start_and_comes_back_with_all_that_is_open()
    {
        await WriteAsync(Raised());
        store.IsUnavailable = true;
        var late = new AlertFeed(store, world.Time, NullLogger<AlertFeed>.Instance);
        await late.StartAsync(CancellationToken.None);
        using var viewer = late.Subscribe();
        late.ConfirmEngine();
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(late.Healthy);
        store.IsUnavailable = false;
        world.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Single((await viewer.Messages.ReadAsync()).Snapshot!.Open);
        await Eventually.HoldsAsync(() => late.Healthy, "the feed back");
        await late.StopAsync(CancellationToken.None);
        late.Dispose();
    }

    [Fact]
    public void Under_concurrency_every_viewer_ends_with_what_is_open_and_sees_numbers_only_rise() => Prop.ForAll(
        Gen.Choose(0, 3).ArrayOf(40).ArrayOf(3).ToArbitrary(),
        Gen.Choose(0, 60).ArrayOf(6).ToArbitrary(),
        (writers, subscribeAfter) => RunAsync(writers, subscribeAfter).GetAwaiter().GetResult())
        .Check(Config.QuickThrowOnFailure.WithMaxTest(15));

    private async Task RunAsync(int[][] writers, int[] subscribeAfter)
    {
        var began = (await world.Alerts.ReadOpenAsync()).Sequence;
        var writing = Task.WhenAll(writers.Select(kinds => Task.Run(() => WriteSomeAsync(kinds))));
        var subscriptions = await Task.WhenAll(subscribeAfter.Select(count => Task.Run(async () =>
        {
            await Eventually.HoldsAsync(() => feed.Sequence >= began + count || writing.IsCompleted, "changes");
            return feed.Subscribe();
        })));
        await writing;
        var end = await world.Alerts.ReadOpenAsync();
        foreach (var subscription in subscriptions)
        {
            var view = await FollowAsync(subscription, new View(subscription.Snapshot), end.Sequence);
            Assert.Equal(end.Open.OrderBy(alert => alert.Id), view.Open.Values.OrderBy(alert => alert.Id));
            Assert.All(view.Sequences.Zip(view.Sequences.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            subscription.Dispose();
        }
    }

    private async Task WriteSomeAsync(int[] kinds)
    {
        Alert? current = null;
        foreach (var kind in kinds)
        {
            var change = (current, kind) switch
            {
                (null, _) => Raised(),
                ({ } open, 0) => Next(open, AlertChangeKind.Ended),
                ({ } open, _) => Next(open, AlertChangeKind.Updated),
            };
            var written = await WriteAsync(change);
            current = written.Alert.IsOpen ? written.Alert : null;
        }
    }

    private static async Task<View> FollowAsync(AlertSubscription subscription, View view, long until)
    {
        while (view.Sequence < until)
            view.Take(await subscription.Messages.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System));
        return view;
    }

    private async Task<AlertFeed> StartFeedAsync()
    {
        var started = new AlertFeed(store, world.Time, NullLogger<AlertFeed>.Instance);
        await started.StartAsync(CancellationToken.None);
        await started.Loaded;
        return started;
    }

    private Task PublishedAsync(AlertChange change) => Eventually.HoldsAsync(() => feed.Sequence >= change.Sequence, "publication");

    private async Task<AlertChange> WriteAsync(AlertChange change)
    {
        var outcome = Assert.Single(await world.Alerts.WriteAsync([change], []));
        Assert.True(outcome.Taken);
        return outcome.Change;
    }

    private AlertChange Raised() => new(
        AlertChangeKind.Raised,
        new Alert { Id = ObjectId.New(world.Time), PatientId = ObjectId.New(world.Time), Sign = "spo2", Direction = AlertDirection.Low, Priority = AlertPriority.Medium, Text = "** SpO2 86 < 90", Version = 1 },
        AlertChange.SystemActor,
        world.Time.GetUtcNow());

    private AlertChange Next(Alert alert, AlertChangeKind kind) => new(
        kind,
        alert with { Version = alert.Version + 1, Condition = kind == AlertChangeKind.Ended ? AlertCondition.Ended : alert.Condition },
        AlertChange.SystemActor,
        world.Time.GetUtcNow());

    /// <summary>What a page makes of a subscription.</summary>
    private sealed class View
    {
        public View(AlertSnapshot snapshot) => Reset(snapshot);

        public Dictionary<ObjectId, Alert> Open { get; private set; } = [];

        public List<long> Sequences { get; } = [];

        public long Sequence { get; private set; }

        public int Snapshots { get; private set; } = -1;

        public void Take(AlertFeedMessage message)
        {
            if (message.Snapshot is { } snapshot)
            {
                Reset(snapshot);
                return;
            }
            var change = message.Change!;
            Assert.True(change.Sequence > Sequence);
            Sequences.Add(Sequence = change.Sequence);
            if (change.Alert.IsOpen)
                Open[change.Alert.Id] = change.Alert;
            else
                Open.Remove(change.Alert.Id);
        }

        private void Reset(AlertSnapshot snapshot)
        {
            Snapshots++;
            Open = snapshot.Open.ToDictionary(alert => alert.Id);
            Sequence = snapshot.Sequence;
        }
    }
}
