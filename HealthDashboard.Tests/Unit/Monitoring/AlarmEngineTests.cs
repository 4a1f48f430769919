using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class AlarmEngineTests : IAsyncLifetime
{
    private AlertWorld world = null!;

    public async ValueTask InitializeAsync() => world = await AlertWorld.MakeAsync();

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Fact]
    public async Task A_breach_that_outlasts_its_hold_off_is_in_the_store_and_then_on_screens()
    {
        await using var node = await AlertNode.StartAsync(world);
        using var viewer = node.Feed.Subscribe();
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await node.SettleAsync();

        Assert.True(viewer.Messages.TryRead(out var message));
        var shown = message.Change!.Alert;
        Assert.Equal("** SpO2 86 < 90", shown.Text);
        Assert.Equal(1, shown.Sequence);
        Assert.Equal(world.Patient.Id, shown.PatientId);
        Assert.Equal(shown with { Sequence = 0 }, (await world.Alerts.FindAsync(shown.Id))! with { Sequence = 0 });
    }

    [Fact]
    public async Task A_reading_of_another_patient_in_the_same_batch_is_judged_by_itself()
    {
        var other = await world.AddPatientAsync("M-2");
        await using var node = await AlertNode.StartAsync(world);
        await node.PostAsync(world.Reading(VitalSign.Temperature, 37), world.Reading(VitalSign.Temperature, 40, other), world.Reading(VitalSign.Systolic, 120));
        await node.SettleAsync();
        Assert.Equal(other.Id, Assert.Single(node.Open).PatientId);
    }

    [Fact]
    public async Task Who_acknowledges_while_something_of_the_alert_was_just_refused_is_answered()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await node.SettleAsync();
        var alert = Assert.Single(node.Open);
        var monitor = node.Monitors.Find(world.Patient.Id)!;

        // The nurse waits for her turn before the evaluation that takes a refusal back does.
        await monitor.Gate.WaitAsync();
        var acknowledging = node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        var stale = new AlertChange(AlertChangeKind.Escalated, alert with { Version = alert.Version + 5 }, AlertChange.SystemActor, world.Time.GetUtcNow());
        node.Writer.Enqueue(world.Patient.Id, [stale], monitor.State);
        await Eventually.HoldsAsync(() => node.Writer.Depth == 0, "the refusal");
        monitor.Gate.Release();

        Assert.Equal("nurse", (await acknowledging)!.AcknowledgedBy);
        Assert.Equal("nurse", (await world.Alerts.FindAsync(alert.Id))!.AcknowledgedBy);
    }

    [Fact]
    public async Task Killed_in_mid_hold_off_the_alert_comes_at_the_time_it_would_have_come()
    {
        var began = world.Time.GetUtcNow() + TimeSpan.FromSeconds(1);
        var first = await AlertNode.StartAsync(world);
        await first.PostEachSecondAsync(3, VitalSign.Spo2, 86);
        await first.KillAsync();

        await using var second = await AlertNode.StartAsync(world);
        await second.PassAsync(TimeSpan.FromSeconds(7));
        Assert.Empty(second.Open);
        await second.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(began + TimeSpan.FromSeconds(10), Assert.Single(second.Open).RaisedAt);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Killed_while_the_store_is_away_an_alert_is_made_again_from_the_readings_and_is_the_same_one()
    {
        var first = await AlertNode.StartAsync(world);
        await first.PostEachSecondAsync(2, VitalSign.Spo2, 97);
        await first.PassAsync(TimeSpan.FromSeconds(11));
        first.Store.IsUnavailable = true;
        await first.PostEachSecondAsync(30, VitalSign.Spo2, 86);
        await Eventually.HoldsAsync(() => first.Open.Count == 1, "the alert shown though not recorded");
        var shown = first.Open[0];
        await first.KillAsync();
        Assert.Empty(await world.LogAsync());

        await using var second = await AlertNode.StartAsync(world);
        await second.SettleAsync();
        var made = Assert.Single(second.Open);
        Assert.Equal((shown.Id, shown.RaisedAt, shown.Extreme), (made.Id, made.RaisedAt, made.Extreme));
        Assert.True(made.Sequence > 0);
        await first.DisposeAsync();
    }

    [Fact]
    public async Task Started_again_after_a_stop_nothing_is_raised_twice()
    {
        await using (var first = await AlertNode.StartAsync(world))
        {
            await first.PostEachSecondAsync(30, VitalSign.Spo2, 86);
            await first.StopAsync();
        }
        var before = await world.LogAsync();
        await using var second = await AlertNode.StartAsync(world);
        await second.SettleAsync();
        Assert.Equal(before, await world.LogAsync());
        Assert.Single(second.Open);

        await second.PostEachSecondAsync(2, VitalSign.Spo2, 97);
        await second.SettleAsync();
        Assert.Empty(second.Open);
    }

    [Fact]
    public async Task While_the_store_is_away_alerts_are_shown_as_not_recorded_and_written_once_in_order_when_it_is_back()
    {
        await using var node = await AlertNode.StartAsync(world);
        using var viewer = node.Feed.Subscribe();
        node.Store.IsUnavailable = true;
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await Eventually.HoldsAsync(() => node.Open.Count == 1, "the alert shown");
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 78);
        await node.PostEachSecondAsync(3, VitalSign.HeartRate, 80);
        Assert.Equal((0, AlertPriority.High), (node.Open[0].Sequence, node.Open[0].Priority));
        Assert.Empty(await world.LogAsync());

        await node.BackAsync();
        var log = await world.LogAsync();
        Assert.Equal(AlertChangeKind.Raised, log[0].Kind);
        var spo2 = log.Where(change => change.Alert.Sign == "spo2").Select(change => change.Alert.Version).ToList();
        Assert.Equal(Enumerable.Range(1, spo2.Count), spo2);
        Assert.All(node.Open, alert => Assert.True(alert.Sequence > 0));
        var sequences = Drain(viewer).Where(change => change.Sequence > 0).Select(change => change.Sequence).ToList();
        Assert.Equal(log.Select(change => change.Sequence), sequences);
    }

    [Fact]
    public async Task What_people_do_while_the_store_is_away_is_refused_and_not_done()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await node.SettleAsync();
        var alert = Assert.Single(node.Open);
        node.Store.IsUnavailable = true;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None));
        await node.BackAsync();
        Assert.Equal(AlertResponse.Unacknowledged, node.Open.Single(open => open.Id == alert.Id).Response);

        var taken = await node.Engine.AcknowledgeAsync(alert.Id, "nurse", "looked", CancellationToken.None);
        Assert.Equal(("nurse", "looked"), (taken!.AcknowledgedBy, taken.Note));
    }

    [Fact]
    public async Task A_store_that_hangs_counts_as_away_and_its_late_answer_is_not_lost()
    {
        await using var node = await AlertNode.StartAsync(world);
        var hold = node.Store.Hold();
        await node.PostEachSecondAsync(11, VitalSign.Spo2, 86);
        await Eventually.HoldsAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromSeconds(1));
                return node.Writer.IsUnavailable;
            },
            "the writer giving up waiting");
        Assert.Contains(node.Open, alert => alert is { Sign: "spo2", Sequence: 0 });
        hold.SetResult();
        await node.SettleAsync();
        Assert.False(node.Writer.IsUnavailable);
        Assert.Single(await world.LogAsync(), change => change is { Kind: AlertChangeKind.Raised, Alert.Sign: "spo2" });
    }

    [Fact]
    public async Task An_acknowledgement_and_the_end_that_race_leave_an_ended_acknowledged_alert()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await node.SettleAsync();
        var alert = Assert.Single(node.Open);
        world.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(
            node.PostAsync(world.Reading(VitalSign.Spo2, 97)),
            node.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None));
        await node.SettleAsync();
        Assert.Empty(node.Open);
        var stored = await world.Alerts.FindAsync(alert.Id);
        Assert.Equal((AlertCondition.Ended, "nurse"), (stored!.Condition, stored.AcknowledgedBy));
    }

    [Fact]
    public async Task Discharge_ends_what_is_open()
    {
        await using var node = await AlertNode.StartAsync(world);
        await node.PostEachSecondAsync(12, VitalSign.Spo2, 86);
        await node.SettleAsync();
        Assert.Single(node.Open);
        node.Directory.Set(await world.Patients.ReplaceAsync(world.Patient with { Status = PatientStatus.Discharged }));
        await Eventually.HoldsAsync(() => node.Open.Count == 0, "the alert ended");
    }

    [Fact]
    public async Task The_feed_is_healthy_only_while_alarms_are_evaluated()
    {
        await using var node = await AlertNode.StartAsync(world);
        await Eventually.HoldsAsync(() => node.Feed.Healthy, "the feed confirmed");
        var health = new AlarmHealth(node.Engine, node.Feed, node.Monitors);
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new())).Status);
        await node.KillAsync();
        world.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(node.Feed.Healthy);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(new())).Status);
    }

    private static List<AlertChange> Drain(AlertSubscription viewer)
    {
        var changes = new List<AlertChange>();
        while (viewer.Messages.TryRead(out var message))
            changes.Add(message.Change!);
        return changes;
    }
}
