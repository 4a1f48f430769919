using HealthDashboard.Data.Model;
using HealthDashboard.Data.Redis;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Monitoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>Two web nodes, of which one receives the readings.</summary>
public sealed class LiveRelayTests : IAsyncLifetime
{
    private RedisServer server = null!;
    private RedisStoreFactory redis = null!;
    private AlertWorld world = null!;
    private AlertNode a = null!;
    private AlertNode b = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RedisServer.StartAsync();
        redis = new RedisStoreFactory(server.Address);
        world = await AlertWorld.MakeAsync();
        a = await StartAsync();
        b = await StartAsync();
        await PassUntilAsync(() => a.Bus!.IsHearing && b.Bus!.IsHearing, "both to hear");
        await PassUntilAsync(() => a.Watch.Others.Any(other => other.IsWatching) && b.Watch.Others.Any(other => other.IsWatching), "each other's heartbeat");
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
        await a.PostAsync(reading);
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
            await a.PostAsync(reading);
            await PassUntilAsync(() => b.Live.Latest(world.Patient.Id).Contains(reading), "the reading on B");
        }
        await a.SettleAsync();
        await b.SettleAsync();
        var log = await world.LogAsync();
        Assert.Equal("spo2", Assert.Single(log, change => change.Kind == AlertChangeKind.Raised).Alert.Sign);
        Assert.Single(log, change => change.Kind == AlertChangeKind.Ended);
        Assert.Equal(97, Assert.Single(b.Monitors.Find(world.Patient.Id)!.State.Latest).Value);
    }

    [Fact]
    public async Task A_node_that_cannot_hear_the_others_does_not_take_it_for_silence_of_the_device()
    {
        var reading = world.Reading(VitalSign.Spo2, 97);
        await a.PostAsync(reading);
        await PassUntilAsync(() => b.Monitors.Find(world.Patient.Id)!.State.Latest.Count == 1, "the reading evaluated on B");

        await server.KillAsync();
        for (var second = 0; second < 120; second++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await a.PostAsync(world.Reading(VitalSign.Spo2, 97));
            // The relay has its turn before what is due is evaluated.
            var now = world.Time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!b.Bus!.IsHearing)
                await PassUntilAsync(() => b.Monitors.Find(world.Patient.Id)!.State.ListeningSince >= now, "B to be excused");
            await b.Monitors.EvaluateDueAsync(CancellationToken.None);
        }
        Assert.False(b.Bus!.IsHearing);
        await b.SettleAsync();
        Assert.Empty(await world.LogAsync());

        // Heard again, and now the device itself is silent.
        await server.StartAgainAsync();
        await PassUntilAsync(() => b.Bus!.IsHearing, "B to hear again");
        await PassUntilAsync(() => b.Open.Count > 0, "an alert on B", TimeSpan.FromSeconds(1));
        Assert.All(await world.LogAsync(), change => Assert.Equal(AlertKind.Technical, change.Alert.Kind));
    }

    private Task PassUntilAsync(Func<bool> holds, string what, TimeSpan? step = null) => Eventually.HoldsAsync(
        () =>
        {
            world.Time.Advance(step ?? TimeSpan.FromMilliseconds(5));
            return holds();
        },
        what);

    private Task<AlertNode> StartAsync() =>
        AlertNode.StartAsync(world, bus: new RedisLiveBus(redis.Connect(), world.Time, NullLogger<RedisLiveBus>.Instance));
}
