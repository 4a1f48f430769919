using HealthDashboard.Data.Model;
using HealthDashboard.Data.Redis;
using HealthDashboard.Live;
using HealthDashboard.Tests.Alerts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Redis;

/// <summary>Two web nodes, of which one receives the readings.</summary>
public sealed class LiveRelayTests : IAsyncLifetime
{
    private RedisServer server = null!;
    private RedisStoreFactory redis = null!;
    private AlertWorld world = null!;
    private Node a = null!;
    private Node b = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RedisServer.StartAsync();
        redis = new RedisStoreFactory(server.Address);
        world = await AlertWorld.MakeAsync();
        a = await Node.StartAsync(world, redis);
        b = await Node.StartAsync(world, redis);
        await PassUntilAsync(() => a.Bus.IsHearing && b.Bus.IsHearing, "both to hear");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is null)
            return;
        await a.DisposeAsync();
        await b.DisposeAsync();
        await world.DisposeAsync();
        redis.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task What_one_node_receives_is_on_the_screens_of_the_other()
    {
        var reading = world.Reading(VitalSign.Spo2, 97);
        await a.ReceiveAsync(reading);
        await PassUntilAsync(() => b.Live.Latest(world.Patient.Id).Contains(reading), "the reading on B");
        Assert.Equal(1, a.Live.VersionOf(world.Patient.Id));
    }

    [Fact]
    public async Task An_alert_is_raised_once_and_known_on_both_and_no_node_says_that_data_is_missing()
    {
        for (var second = 0; second < 90; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            var reading = world.Reading(VitalSign.Spo2, second is > 5 and < 25 ? 86 : 97);
            await a.ReceiveAsync(reading);
            await PassUntilAsync(() => b.Live.Latest(world.Patient.Id).Contains(reading), "the reading on B");
        }
        await a.Alerts.SettleAsync();
        await b.Alerts.SettleAsync();
        var log = await world.LogAsync();
        Assert.Equal("spo2", Assert.Single(log, change => change.Kind == AlertChangeKind.Raised).Alert.Sign);
        Assert.Single(log, change => change.Kind == AlertChangeKind.Ended);
        Assert.Equal(97, Assert.Single(b.Alerts.Monitors.Find(world.Patient.Id)!.State.Latest).Value);
    }

    [Fact]
    public async Task A_node_that_cannot_hear_the_others_does_not_take_it_for_silence_of_the_device()
    {
        var reading = world.Reading(VitalSign.Spo2, 97);
        await a.ReceiveAsync(reading);
        await PassUntilAsync(() => b.Alerts.Monitors.Find(world.Patient.Id)!.State.Latest.Count == 1, "the reading evaluated on B");

        await server.KillAsync();
        for (var second = 0; second < 120; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await a.ReceiveAsync(world.Reading(VitalSign.Spo2, 97));
            // The relay has its turn before what is due is evaluated.
            var now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!b.Bus.IsHearing)
                await PassUntilAsync(() => b.Alerts.Monitors.Find(world.Patient.Id)!.State.ListeningSince >= now, "B to be excused");
            await b.Alerts.Monitors.EvaluateDueAsync(CancellationToken.None);
        }
        Assert.False(b.Bus.IsHearing);
        await b.Alerts.SettleAsync();
        Assert.Empty(await world.LogAsync());

        // Heard again, and now the device itself is silent.
        await server.StartAgainAsync();
        await PassUntilAsync(() => b.Bus.IsHearing, "B to hear again");
        await PassUntilAsync(() => b.Alerts.Open.Count > 0, "an alert on B", TimeSpan.FromSeconds(1));
        Assert.All(await world.LogAsync(), change => Assert.Equal(AlertKind.Technical, change.Alert.Kind));
    }

    private Task PassUntilAsync(Func<bool> holds, string what, TimeSpan? step = null) => Eventually.HoldsAsync(
        () =>
        {
            world.Time.Advance(step ?? TimeSpan.FromMilliseconds(5));
            return holds();
        },
        what);

    /// <summary>What a web node has of alarms and of screens.</summary>
    private sealed class Node(AlertWorld world, AlertNode alerts, RedisLiveBus bus) : IAsyncDisposable
    {
        private readonly LiveOutbox outbox = new(bus);
        private LiveRelay? relay;

        public LiveVitals Live { get; } = new(world.Time);

        public AlertNode Alerts { get; } = alerts;

        public RedisLiveBus Bus { get; } = bus;

        public static async Task<Node> StartAsync(AlertWorld world, RedisStoreFactory redis)
        {
            var bus = new RedisLiveBus(redis.Connect(), world.Time, NullLogger<RedisLiveBus>.Instance);
            var node = new Node(world, await AlertNode.StartAsync(world), bus);
            node.relay = new LiveRelay(
                node.outbox, node.Live, node.Alerts.Directory, node.Alerts.Engine.ApplyAsync, node.Alerts.Monitors,
                world.Time, NullLogger<LiveRelay>.Instance, bus);
            await node.relay.StartAsync(CancellationToken.None);
            return node;
        }

        /// <summary>Does what ingest does.</summary>
        public async Task ReceiveAsync(Reading reading)
        {
            Live.Apply([reading]);
            outbox.Add([reading]);
            await Alerts.PostAsync(reading);
        }

        public async ValueTask DisposeAsync()
        {
            await relay!.StopAsync(CancellationToken.None);
            relay.Dispose();
            await Alerts.DisposeAsync();
        }
    }
}
