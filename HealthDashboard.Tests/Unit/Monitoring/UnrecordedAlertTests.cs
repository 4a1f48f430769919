using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class UnrecordedAlertTests() : UnrecordedAlertContract(null);

public sealed class UnrecordedAlertOnRedisTests() : UnrecordedAlertContract(new RedisStoreFactory());

/// <summary>Two nodes that cannot reach the alert store and do not hear each other: every alert that was shown is in the history (fault 71).</summary>
public abstract class UnrecordedAlertContract(StoreFactory<HealthDashboard.Data.Stores.IAlertStore>? alerts) : IAsyncLifetime
{
    private readonly List<Alert> shown = [];
    private AlertWorld world = null!;
    private AlertNode a = null!;
    private AlertNode b = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync(alerts);
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
    public async Task An_alert_that_was_over_before_the_other_nodes_began_is_recorded_beside_it()
    {
        (a.Store.IsUnavailable, b.Store.IsUnavailable) = (true, true);
        await PostAsync(a, 12, 86);
        await ShowAsync(a, 1);
        await PostAsync(a, 5, 97);
        await Eventually.HoldsAsync(() => !Limits(a).Any(), "the end on A");
        await PostAsync(b, 12, 84);
        await ShowAsync(b, 1);

        await b.BackAsync();
        await a.BackAsync();
        await a.SettleAsync();
        await InHistoryAsync();
        Assert.Equal(Limits(b), Limits(a));
    }

    [Fact]
    public async Task A_latched_one_is_recorded_as_ended_and_several_in_a_row_all_are()
    {
        (a.Store.IsUnavailable, b.Store.IsUnavailable) = (true, true);
        for (var i = 0; i < 3; i++)
        {
            await PostAsync(a, 12, 86);
            await ShowAsync(a, 1);
            await PostAsync(a, 5, 97);
            await Eventually.HoldsAsync(() => !Limits(a).Any(), "the end on A");
            world.Time.Advance(TimeSpan.FromMinutes(2));
        }
        await PostAsync(a, 12, 70);
        await ShowAsync(a, 1);
        await PostAsync(a, 5, 97);
        await Eventually.HoldsAsync(() => Limits(a).Any(alert => alert.Condition == AlertCondition.Latched), "the latched one on A");
        await PostAsync(b, 12, 84);
        await ShowAsync(b, 1);

        await b.BackAsync();
        await a.BackAsync();
        await InHistoryAsync();
        await Eventually.HoldsAsync(() => Limits(a).Count() == 1, "one open alert on A");
    }

    [Fact]
    public async Task Of_two_that_overlap_the_earlier_one_is_recorded_up_to_where_the_other_began()
    {
        (a.Store.IsUnavailable, b.Store.IsUnavailable) = (true, true);
        await PostAsync(a, 12, 86);
        await PostAsync(b, 12, 84);
        await ShowAsync(a, 1);
        await ShowAsync(b, 1);
        await b.BackAsync();
        await a.BackAsync();
        await InHistoryAsync();
        var recorded = (await world.Alerts.QueryAsync(new() { Kind = AlertKind.Limit })).OrderBy(alert => alert.RaisedAt).ToList();
        Assert.Equal([shown[0].Id, shown[1].Id], recorded.Select(alert => alert.Id));
        Assert.Equal(recorded[1].RaisedAt, recorded[0].EndedAt);
    }

    private async Task PostAsync(AlertNode node, int seconds, double spo2)
    {
        for (var i = 0; i < seconds; i++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await node.Engine.ApplyAsync([world.Reading(VitalSign.Spo2, spo2)], CancellationToken.None);
        }
    }

    private async Task ShowAsync(AlertNode node, int count)
    {
        await Eventually.HoldsAsync(() => Limits(node).Count() == count, "the alert shown");
        shown.AddRange(Limits(node));
    }

    private static IEnumerable<Alert> Limits(AlertNode node) => node.Open.Where(alert => alert is { Sign: "spo2", Kind: AlertKind.Limit });

    /// <summary>Each alert that was shown is in the history itself, or an alert for the same sign whose time meets its own is.</summary>
    private async Task InHistoryAsync() => await Eventually.HoldsAsync(
        async () =>
        {
            var recorded = await world.Alerts.QueryAsync(new());
            return shown.TrueForAll(alert => recorded.Any(other => other.Id == alert.Id
                || (other.Key == alert.Key && other.RaisedAt <= (alert.EndedAt ?? alert.RaisedAt) && (other.EndedAt ?? DateTimeOffset.MaxValue) >= alert.RaisedAt)));
        },
        "every alert that was shown in the history");
}
