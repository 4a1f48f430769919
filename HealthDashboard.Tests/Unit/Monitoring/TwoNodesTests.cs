using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class TwoNodesTests() : TwoNodesContract(null);

public sealed class TwoNodesOnRedisTests() : TwoNodesContract(new RedisStoreFactory());

/// <summary>Two nodes over one store: what must be right once is right once.</summary>
public abstract class TwoNodesContract(StoreFactory<IAlertStore>? alerts) : IAsyncLifetime
{
    private AlertWorld world = null!;
    private AlertNode a = null!;
    private AlertNode b = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync(alerts);
        await world.AddTeamAsync();
        a = await AlertNode.StartAsync(world);
        b = await AlertNode.StartAsync(world);
    }

    public async ValueTask DisposeAsync()
    {
        await a.DisposeAsync();
        await b.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task The_same_readings_on_both_open_one_alert()
    {
        for (var i = 0; i < 12; i++)
        {
            await PassSecondAsync();
            var reading = world.Reading(VitalSign.Spo2, 86);
            await Task.WhenAll(a.PostAsync(reading), b.PostAsync(reading));
        }
        await BothSettleAsync();
        Assert.Single(await world.LogAsync(), change => change.Kind == AlertChangeKind.Raised);
        Assert.Equal(Assert.Single(a.Open), Assert.Single(b.Open));
    }

    [Fact]
    public async Task Different_readings_on_each_open_one_alert_for_the_condition()
    {
        for (var i = 0; i < 14; i++)
        {
            await PassSecondAsync();
            await a.PostAsync(world.Reading(VitalSign.Spo2, 86));
            if (i > 0)
                await b.Engine.ApplyAsync([world.Reading(VitalSign.Spo2, 85)], CancellationToken.None);
        }
        await BothSettleAsync();
        Assert.Single(await world.LogAsync(), change => change.Kind == AlertChangeKind.Raised);
        Assert.Equal(Assert.Single(a.Open), Assert.Single(b.Open));
    }

    [Fact]
    public async Task An_alert_raised_on_one_is_acknowledged_on_the_other_and_ends_on_the_first()
    {
        await a.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await BothSettleAsync();
        var alert = Assert.Single(b.Open);
        var taken = await b.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        Assert.Equal("nurse", taken!.AcknowledgedBy);
        await a.PostEachSecondAsync(2, VitalSign.Spo2, 97);
        await Eventually.HoldsAsync(() => a.Open.Count == 0 && b.Open.Count == 0, "the end on both");
        var stored = await world.Alerts.FindAsync(alert.Id);
        Assert.Equal((AlertCondition.Ended, "nurse"), (stored!.Condition, stored.AcknowledgedBy));
    }

    [Fact]
    public async Task An_acknowledgement_elsewhere_that_overtakes_the_end_loses_neither()
    {
        await a.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await BothSettleAsync();
        var alert = Assert.Single(b.Open);
        // Just before A's next write reaches the store, B's acknowledgement gets there.
        a.Store.BeforeWrite = async changes =>
        {
            if (changes.Any(change => change.Kind == AlertChangeKind.Ended))
            {
                a.Store.BeforeWrite = null;
                await b.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
            }
        };
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await a.PostAsync(world.Reading(VitalSign.Spo2, 97));
        await Eventually.HoldsAsync(() => a.Open.Count == 0 && b.Open.Count == 0, "the end on both");
        var stored = await world.Alerts.FindAsync(alert.Id);
        Assert.Equal((AlertCondition.Ended, "nurse"), (stored!.Condition, stored.AcknowledgedBy));
    }

    [Fact]
    public async Task Each_step_of_escalation_is_taken_once()
    {
        await a.PostEachSecondAsync(12, VitalSign.Spo2, 78);
        await BothSettleAsync();
        for (var i = 0; i < 200; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await a.PostAsync(world.Reading(VitalSign.Spo2, 78));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }
        await BothSettleAsync();
        await Eventually.HoldsAsync(
            async () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return (await world.LogAsync()).Count(change => change.Kind == AlertChangeKind.Escalated) == 3;
            },
            "three steps");
        await Eventually.HoldsAsync(
            async () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return (await world.LogAsync()).Count(change => change.Kind == AlertChangeKind.Escalated) == 4;
            },
            "the last step again");
        await BothSettleAsync();
        var steps = (await world.LogAsync()).Where(change => change is { Kind: AlertChangeKind.Escalated, Alert.Sign: "spo2" }).ToList();
        Assert.Equal([(1, "Nina"), (2, "Carl"), (3, "Dora"), (4, "Dora")], steps.Select(step => (step.Alert.Escalation, step.Alert.EscalatedTo!)));
        Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.Second.Time - pair.First.Time >= TimeSpan.FromSeconds(60)));
    }

    // A store that is still writing while the clock moves on for a second counts as unavailable.
    private async Task PassSecondAsync()
    {
        await Eventually.HoldsAsync(() => a.Writer.Depth + b.Writer.Depth == 0, "everything written");
        world.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private async Task BothSettleAsync()
    {
        await a.SettleAsync();
        await b.SettleAsync();
        await a.SettleAsync();
    }
}
