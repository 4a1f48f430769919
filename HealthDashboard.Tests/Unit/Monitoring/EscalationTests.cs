using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class EscalationTests : IAsyncLifetime
{
    private AlertWorld world = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        await world.AddTeamAsync();
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData(78, 60)]
    [InlineData(86, 300)]
    public async Task An_alert_nobody_takes_goes_to_the_assigned_nurse_after_its_time_and_not_before(double spo2, int seconds)
    {
        await using var node = await AlertNode.StartAsync(world);
        var alert = await RaiseAsync(node, spo2);
        await AdvanceToAsync(node, alert.RecordedAt.AddSeconds(seconds - 1), spo2);
        Assert.Empty(await StepsAsync(alert));
        await AdvanceToAsync(node, alert.RecordedAt.AddSeconds(seconds), spo2);
        await Eventually.HoldsAsync(async () => (await StepsAsync(alert)).Count == 1, "the first step");
        Assert.Equal("Nina", (await world.Alerts.FindAsync(alert.Id))!.EscalatedTo);
    }

    [Fact]
    public async Task An_alert_that_was_taken_stays_where_it_is()
    {
        await using var node = await AlertNode.StartAsync(world);
        var alert = await RaiseAsync(node, 78);
        await node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        await AdvanceToAsync(node, alert.RecordedAt.AddSeconds(150), 78);
        Assert.Empty(await StepsAsync(alert));
    }

    [Fact]
    public async Task The_clock_of_a_step_goes_on_over_a_restart()
    {
        var first = await AlertNode.StartAsync(world);
        var alert = await RaiseAsync(first, 78);
        await AdvanceToAsync(first, alert.RecordedAt.AddSeconds(60), 78);
        await Eventually.HoldsAsync(async () => (await StepsAsync(alert)).Count == 1, "the first step");
        await AdvanceToAsync(first, alert.RecordedAt.AddSeconds(100), 78);
        await first.KillAsync();

        await using var second = await AlertNode.StartAsync(world);
        await AdvanceToAsync(second, alert.RecordedAt.AddSeconds(119), 78);
        Assert.Single(await StepsAsync(alert));
        await AdvanceToAsync(second, alert.RecordedAt.AddSeconds(121), 78);
        await Eventually.HoldsAsync(async () => (await StepsAsync(alert)).Count == 2, "the second step");
        await first.DisposeAsync();
    }

    [Fact]
    public async Task By_hand_it_goes_one_step_at_once_and_repeats_the_last()
    {
        await using var node = await AlertNode.StartAsync(world);
        var alert = await RaiseAsync(node, 86);
        for (var i = 0; i < 4; i++)
            await node.Engine.EscalateAsync(alert.Id, "nurse", CancellationToken.None);
        var steps = await StepsAsync(alert);
        Assert.Equal(["Nina", "Carl", "Dora", "Dora"], steps.Select(step => step.Alert.EscalatedTo));
        Assert.All(steps, step => Assert.Equal("nurse", step.Actor));
    }

    [Fact]
    public async Task The_clock_judging_by_an_old_view_of_the_alert_does_not_take_a_second_step()
    {
        await using var node = await AlertNode.StartAsync(world);
        var alert = await RaiseAsync(node, 78);
        await node.Engine.StepUpAsync(alert, AlertChange.SystemActor, CancellationToken.None);
        await node.Engine.StepUpAsync(alert, AlertChange.SystemActor, CancellationToken.None);
        Assert.Single(await StepsAsync(alert));
    }

    private async Task<Alert> RaiseAsync(AlertNode node, double spo2)
    {
        await node.PostEachSecondAsync(12, VitalSign.Spo2, spo2);
        await node.SettleAsync();
        return node.Open.Single(alert => alert.Sign == "spo2");
    }

    // Readings go on, so that only escalation changes the alert.
    private async Task AdvanceToAsync(AlertNode node, DateTimeOffset time, double spo2)
    {
        while (world.Time.GetUtcNow() < time)
        {
            await node.PostEachSecondAsync(1, VitalSign.Spo2, spo2);
            await node.SettleAsync();
        }
    }

    private async Task<List<AlertChange>> StepsAsync(Alert alert) =>
        [.. (await world.Alerts.HistoryAsync(alert.Id)).Where(change => change.Kind == AlertChangeKind.Escalated)];
}
