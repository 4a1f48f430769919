using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class EscalationAnewTests() : EscalationAnewContract(null);

public sealed class EscalationAnewOnRedisTests() : EscalationAnewContract(new RedisStoreFactory());

/// <summary>
/// After an acknowledgement was withdrawn, escalation begins with the first step and a full interval: whatever happened before, on whichever node.
/// </summary>
public abstract class EscalationAnewContract(StoreFactory<IAlertStore>? alerts) : IAsyncLifetime
{
    private AlertWorld world = null!;
    private AlertNode node = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync(alerts);
        await world.AddTeamAsync();
        node = await AlertNode.StartAsync(world);
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await world.DisposeAsync();
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(5)]
    public async Task An_alert_that_became_worse_after_some_steps_starts_with_the_first(int steps)
    {
        // Heart rate 45, medium, escalated, acknowledged; then 30.
        var alert = await RaiseAsync(45);
        for (var i = 0; i < steps; i++)
            await node.Engine.EscalateAsync(alert.Id, "charge", CancellationToken.None);
        await node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        await node.SettleAsync();
        await node.PostEachSecondAsync(1, VitalSign.HeartRate, 30);
        await node.SettleAsync();
        var again = node.Open.Single(open => open.Id == alert.Id);
        Assert.Equal((AlertPriority.High, AlertResponse.Unacknowledged, 0, null), (again.Priority, again.Response, again.Escalation, again.EscalatedTo));

        await PassAsync(again.RecordedAt.AddSeconds(59), 30);
        Assert.Equal(steps, (await StepsAsync(alert)).Count);
        await PassAsync(again.RecordedAt.AddSeconds(60), 30);
        Assert.Equal((1, "Nina"), await LastStepAsync(alert, steps + 1));
        await PassAsync(again.RecordedAt.AddSeconds(119), 30);
        Assert.Equal(steps + 1, (await StepsAsync(alert)).Count);
        await PassAsync(again.RecordedAt.AddSeconds(120), 30);
        Assert.Equal((2, "Carl"), await LastStepAsync(alert, steps + 2));
    }

    [Fact]
    public async Task Acknowledged_and_withdrawn_between_two_looks_is_a_new_start()
    {
        // The clock has looked at this alert, and knows when its first step is due.
        var alert = await RaiseAsync(30);
        await PassAsync(alert.RecordedAt.AddSeconds(59), 30);
        var withdrawn = await WithdrawAsync(alert);
        await PassAsync(alert.RecordedAt.AddSeconds(100), 30);
        Assert.Empty(await StepsAsync(alert));
        await PassAsync(withdrawn.RecordedAt.AddSeconds(60), 30);
        Assert.Equal((1, "Nina"), await LastStepAsync(alert, 1));
    }

    [Fact]
    public async Task A_step_from_before_does_not_count_after_a_restart_either()
    {
        var alert = await RaiseAsync(30);
        await node.Engine.EscalateAsync(alert.Id, "charge", CancellationToken.None);
        await node.SettleAsync();
        var withdrawn = await WithdrawAsync(alert);
        var byHand = await node.Engine.EscalateAsync(alert.Id, "charge", CancellationToken.None);
        Assert.Equal((1, "Nina"), (byHand!.Escalation, byHand.EscalatedTo));
        await node.SettleAsync();
        withdrawn = await WithdrawAsync(withdrawn);
        await PassAsync(withdrawn.RecordedAt.AddSeconds(30), 30);
        await node.KillAsync();

        node = await AlertNode.StartAsync(world);
        await PassAsync(withdrawn.RecordedAt.AddSeconds(59), 30);
        Assert.Equal(2, (await StepsAsync(alert)).Count);
        await PassAsync(withdrawn.RecordedAt.AddSeconds(60), 30);
        Assert.Equal((1, "Nina"), await LastStepAsync(alert, 3));
    }

    [Fact]
    public async Task A_node_that_judges_by_the_alert_as_it_was_before_takes_no_step()
    {
        var alert = await RaiseAsync(30);
        await PassAsync(alert.RecordedAt.AddSeconds(5), 30);
        await WithdrawAsync(alert);
        await node.Engine.StepUpAsync(alert, AlertChange.SystemActor, CancellationToken.None);
        Assert.Empty(await StepsAsync(alert));
    }

    [Fact]
    public async Task Two_nodes_take_each_step_once_before_and_after()
    {
        await using var other = await AlertNode.StartAsync(world);
        var alert = await RaiseAsync(30);
        await PassAsync(alert.RecordedAt.AddSeconds(60), 30);
        await LastStepAsync(alert, 1);
        var withdrawn = await WithdrawAsync(alert);
        await other.SettleAsync();
        await PassAsync(withdrawn.RecordedAt.AddSeconds(59), 30);
        Assert.Single(await StepsAsync(alert));
        for (var step = 1; step <= 4; step++)
        {
            await PassAsync(withdrawn.RecordedAt.AddSeconds(60 * step), 30);
            await LastStepAsync(alert, step + 1);
            await other.SettleAsync();
        }
        Assert.Equal([1, 1, 2, 3, 4], (await StepsAsync(alert)).Select(step => step.Alert.Escalation));
    }

    /// <summary>Somebody acknowledges, and another node's evaluator withdraws it in the same second.</summary>
    private async Task<Alert> WithdrawAsync(Alert alert)
    {
        await node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        var current = (await world.Alerts.FindAsync(alert.Id))!;
        var now = world.Time.GetUtcNow();
        var withdrawn = current with
        {
            Response = AlertResponse.Unacknowledged,
            AcknowledgedAt = null,
            AcknowledgedBy = null,
            Escalation = 0,
            EscalatedTo = null,
            RecordedAt = now,
            Reason = "heart rate 18",
            Version = current.Version + 1,
            Sequence = 0,
        };
        var outcome = await world.Alerts.WriteAsync([new(AlertChangeKind.Withdrawn, withdrawn, AlertChange.SystemActor, now)], []);
        Assert.True(outcome[0].Taken);
        await node.SettleAsync();
        await Eventually.HoldsAsync(
            () => node.Monitors.Find(alert.PatientId)!.FindOpen(alert.Id)?.Version == withdrawn.Version, "the withdrawal, on this node too");
        return outcome[0].Change.Alert;
    }

    private async Task<Alert> RaiseAsync(double heartRate)
    {
        await PassAsync(world.Time.GetUtcNow().AddSeconds(8), heartRate);
        return node.Open.Single(alert => alert.Sign == "heartRate");
    }

    // Readings go on, so that only escalation changes the alert. Each second waits for the store: one that took longer would be unavailable.
    private async Task PassAsync(DateTimeOffset until, double heartRate)
    {
        while (world.Time.GetUtcNow() < until)
        {
            await node.PostEachSecondAsync(1, VitalSign.HeartRate, heartRate);
            await node.SettleAsync();
        }
    }

    // The clock stands until it is there.
    private async Task<(int, string?)> LastStepAsync(Alert alert, int count)
    {
        await Eventually.HoldsAsync(async () => (await StepsAsync(alert)).Count == count, $"{count} steps");
        await node.SettleAsync();
        var last = (await StepsAsync(alert))[^1].Alert;
        return (last.Escalation, last.EscalatedTo);
    }

    private async Task<List<AlertChange>> StepsAsync(Alert alert) =>
        [.. (await world.Alerts.HistoryAsync(alert.Id)).Where(change => change.Kind == AlertChangeKind.Escalated)];
}
