using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>Nodes that each watch a region: what arrives anywhere is evaluated where it belongs, and no region stays without a watcher.</summary>
public sealed class RegionTakeoverTests : IAsyncLifetime
{
    private readonly MemoryBus bus = new();
    private AlertWorld world = null!;
    private Patient southern = null!;
    private AlertNode north = null!;
    private AlertNode south = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        southern = await world.AddPatientAsync("S-1", "South");
        (north, south) = (await StartAsync("North"), await StartAsync("South"));
        // On a cold machine time would pass before a node has said for the first time that it lives, and it would be taken for dead.
        await Eventually.HoldsAsync(
            () =>
            {
                if (north.Watch.Others.Count == 1 && south.Watch.Others.Count == 1)
                    return true;
                world.Time.Advance(TimeSpan.FromMilliseconds(1));
                return false;
            },
            "the nodes to hear each other");
        await PassAsync(TimeSpan.FromSeconds(4));
    }

    public async ValueTask DisposeAsync()
    {
        await north.DisposeAsync();
        await south.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Each_node_watches_the_patients_of_its_region_and_says_so()
    {
        Assert.Equal([world.Patient.Id], north.Monitors.All.Select(monitor => monitor.Id));
        Assert.Equal([southern.Id], south.Monitors.All.Select(monitor => monitor.Id));
        Assert.Equal("South", Assert.Single(Assert.Single(north.Watch.Others).Regions!));
        Assert.Equal("North", Assert.Single(LineOf(north).Regions));
        Assert.Empty(north.Watch.TakenOver);
        await north.PostAsync(world.Reading(VitalSign.HeartRate, 30));
        Assert.Empty(south.Live.Latest(world.Patient.Id));
    }

    [Fact]
    public async Task Every_reading_that_arrives_elsewhere_is_evaluated_by_the_regions_node_alone()
    {
        // The breach lies between two sendings; its last reading is a sensor that is off.
        for (var half = 0; half < 24; half++)
        {
            var beats = (North: LineOf(north).Beats, South: LineOf(south).Beats);
            for (var i = 0; i < 5; i++)
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(100));
                await north.PostAsync(Southern(VitalSign.Spo2, 86) with { Device = "m1", Arrived = world.Time.GetUtcNow().ToUnixTimeMilliseconds() });
            }
            // Time that passes faster than a node can say that it lives would make it a dead one.
            await Eventually.HoldsAsync(
                () =>
                {
                    if (LineOf(north).Beats > beats.North && LineOf(south).Beats > beats.South)
                        return true;
                    world.Time.Advance(TimeSpan.FromMilliseconds(1));
                    return false;
                },
                "both heartbeats");
        }
        await PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => south.Open.Any(alert => alert.PatientId == southern.Id), "the alert by the south's node");
        await north.SettleAsync();
        // A node that took the region for unwatched, on a machine where heartbeats came late, gives it back.
        await Eventually.HoldsAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(1));
                return north.Monitors.Find(southern.Id) is null;
            },
            "the north's node to leave the patient to the south's");
        Assert.Equal(86, Assert.Single(south.Monitors.Find(southern.Id)!.State.Latest).Value);
        // People act on it anywhere.
        await Eventually.HoldsAsync(() => north.Open.Count > 0, "the alert on the north's screens");
        Assert.Equal("nurse", (await north.Engine.AcknowledgeAsync(north.Open[0].Id, "nurse", null, CancellationToken.None))!.AcknowledgedBy);
    }

    [Fact]
    public async Task A_region_whose_last_node_dies_is_taken_over_within_five_seconds_with_all_that_its_readings_call_for()
    {
        await PostSouthernAsync(3, 86);
        await south.KillAsync();
        await PostSouthernAsync(4, 86);
        await Eventually.HoldsAsync(() => north.Monitors.Find(southern.Id) is { IsRestored: true }, "the takeover within 4 s of the clock");
        Assert.Equal("South", Assert.Single(north.Watch.TakenOver));
        Assert.Equal("South", Assert.Single(north.Watch.Beat.TakenOver));

        await PostSouthernAsync(5, 86);
        await Eventually.HoldsAsync(() => north.Open.Any(alert => alert.Sign == "spo2"), "the alert, with the hold-off that began before");
        await north.SettleAsync();
        Assert.DoesNotContain(north.Open, alert => alert.Kind == AlertKind.Technical);
    }

    [Fact]
    public async Task A_region_is_given_back_when_its_own_node_watches_again_and_nothing_is_raised_twice()
    {
        await south.KillAsync();
        await PostSouthernAsync(14, 86);
        await Eventually.HoldsAsync(() => north.Open.Any(alert => alert.Sign == "spo2"), "the alert by the north's node");

        await using var again = await StartAsync("South");
        await PostSouthernAsync(4, 86);
        await Eventually.HoldsAsync(
            async () =>
            {
                await PostSouthernAsync(1, 86);
                return north.Monitors.Find(southern.Id) is null;
            },
            "the region given back");
        Assert.Empty(north.Watch.TakenOver);
        await PostSouthernAsync(3, 97);
        await Eventually.HoldsAsync(() => north.Open.Count == 0, "the end, by the south's node");
        Assert.Single(await world.LogAsync(), change => change is { Kind: AlertChangeKind.Raised, Alert.Sign: "spo2" });
    }

    [Fact]
    public async Task Of_two_nodes_of_a_region_one_may_die_and_nobody_takes_over()
    {
        await using var second = await StartAsync("South");
        await PassAsync(TimeSpan.FromSeconds(1));
        await south.KillAsync();
        await PostSouthernAsync(12, 86);
        await Eventually.HoldsAsync(() => second.Open.Any(alert => alert.Sign == "spo2"), "the alert by the second node");
        Assert.Empty(north.Watch.TakenOver);
    }

    [Fact]
    public async Task A_node_that_hears_nobody_watches_everything_it_receives()
    {
        (LineOf(north).IsCut, LineOf(south).IsCut) = (true, true);
        await PostSouthernAsync(16, 86);
        await Eventually.HoldsAsync(() => north.Open.Any(alert => alert.Sign == "spo2"), "the alert by the node that received the readings");
        (LineOf(north).IsCut, LineOf(south).IsCut) = (false, false);
        await PostSouthernAsync(4, 86);
        await Eventually.HoldsAsync(
            async () =>
            {
                await PostSouthernAsync(1, 86);
                return north.Monitors.Find(southern.Id) is null;
            },
            "the region given back");
        await PostSouthernAsync(2, 86);
        await Eventually.HoldsAsync(() => south.Monitors.Find(southern.Id)!.State.Open.Any(alert => alert.Sign == "spo2"), "the alert adopted");
        Assert.Single(await world.LogAsync(), change => change is { Kind: AlertChangeKind.Raised, Alert.Sign: "spo2" });
    }

    [Fact]
    public async Task Readings_that_were_lost_on_the_way_are_read_from_the_store()
    {
        await PostSouthernAsync(1, 97);
        LineOf(north).LosesReadings = true;
        await PostSouthernAsync(12, 86);
        Assert.Empty(south.Open);
        LineOf(north).LosesReadings = false;
        await PostSouthernAsync(2, 86);
        await Eventually.HoldsAsync(() => south.Open.Any(alert => alert.Sign == "spo2"), "the alert, though most of its readings were lost");
        await south.SettleAsync();
        Assert.True((await world.LogAsync()).First(change => change.Alert.Sign == "spo2").Alert.RaisedAt < world.Time.GetUtcNow() - TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_screen_that_shows_another_region_hears_it()
    {
        var screen = north.Watch.Show(region: null);
        await PassAsync(TimeSpan.FromSeconds(1));
        var reading = Southern(VitalSign.HeartRate, 71);
        await south.PostAsync(reading);
        await PassAsync(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => north.Live.Latest(southern.Id).Contains(reading), "the reading on the north's screens");
        Assert.Null(north.Monitors.Find(southern.Id));
        screen.Dispose();
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("North", Assert.Single(LineOf(north).Regions));
    }

    private static MemoryBus.Line LineOf(AlertNode node) => (MemoryBus.Line)node.Bus!;

    private Task<AlertNode> StartAsync(string region) => AlertNode.StartAsync(world, bus: bus.Connect(), regions: region);

    private Reading Southern(VitalSign sign, double value) => world.Reading(sign, value, southern);

    private async Task PostSouthernAsync(int seconds, double spo2)
    {
        for (var i = 0; i < seconds; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            await north.PostAsync(Southern(VitalSign.Spo2, spo2));
        }
    }

    /// <summary>Lets time pass, in steps of half a second, each of which the north's node has had its turn in.</summary>
    private async Task PassAsync(TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(0.5))
        {
            var beats = LineOf(north).Beats;
            world.Time.Advance(TimeSpan.FromSeconds(0.25));
            await Task.Delay(TimeSpan.FromMilliseconds(3), TimeProvider.System);
            world.Time.Advance(TimeSpan.FromSeconds(0.25));
            await Eventually.HoldsAsync(
                () =>
                {
                    if (LineOf(north).Beats > beats)
                        return true;
                    world.Time.Advance(TimeSpan.FromMilliseconds(1));
                    return false;
                },
                "the next heartbeat");
        }
    }
}
