using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Tests.Unit.Alerts;

/// <summary>What the list of alerts shows, and in which order.</summary>
public sealed class AlertViewTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private readonly AlertView view = new();

    [Fact]
    public void What_nobody_has_taken_comes_first_then_the_more_urgent_then_the_newer()
    {
        var takenHigh = New(AlertPriority.High) with { Response = AlertResponse.Acknowledged };
        var low = New(AlertPriority.Low);
        var oldHigh = New(AlertPriority.High);
        var newHigh = New(AlertPriority.High) with { RaisedAt = Noon.AddMinutes(1) };
        view.Reset(new AlertSnapshot(4, [takenHigh, low, oldHigh, newHigh]));

        Assert.Equal([newHigh.Id, oldHigh.Id, low.Id, takenHigh.Id], view.Open.Select(alert => alert.Id));
    }

    [Theory]
    [InlineData(AlertPriority.Medium, AlertResponse.Unacknowledged, true)]
    [InlineData(AlertPriority.Medium, AlertResponse.Acknowledged, false)]
    [InlineData(AlertPriority.Low, AlertResponse.Unacknowledged, false)]
    public void What_ended_before_anybody_took_it_stays_as_a_status_line(AlertPriority priority, AlertResponse response, bool stays)
    {
        var alert = New(priority);
        view.Apply(alert);
        var ended = alert with { Condition = AlertCondition.Ended, Response = response, EndedAt = Noon.AddMinutes(2), Version = 2 };
        view.Apply(ended);

        Assert.Empty(view.Open);
        Assert.Equal(stays ? [ended] : [], view.Missed);
    }

    [Fact]
    public void A_status_line_goes_when_somebody_acknowledges_it()
    {
        var ended = New(AlertPriority.Medium) with { Condition = AlertCondition.Ended, EndedAt = Noon };
        view.Apply(ended);
        view.Apply(ended with { Response = AlertResponse.Acknowledged, Version = 2 });

        Assert.Empty(view.Missed);
    }

    [Fact]
    public void An_older_version_does_not_undo_a_newer_one()
    {
        var alert = New(AlertPriority.High);
        view.Apply(alert with { Version = 3, Response = AlertResponse.Acknowledged });
        view.Apply(alert with { Version = 2 });

        Assert.Equal(AlertResponse.Acknowledged, Assert.Single(view.Open).Response);
    }

    [Fact]
    public void A_snapshot_takes_the_place_of_what_was_known()
    {
        view.Apply(New(AlertPriority.High));
        var left = New(AlertPriority.Low);
        view.Apply(new AlertFeedMessage(null, new AlertSnapshot(9, [left])));

        Assert.Equal([left], view.Open);
    }

    [Fact]
    public void Status_lines_are_bounded_and_the_newest_stay()
    {
        for (var minute = 0; minute < 5 * AlertView.MaxMissed; minute++)
            view.Apply(New(AlertPriority.Medium) with { Condition = AlertCondition.Ended, EndedAt = Noon.AddMinutes(minute) });

        var ends = view.Missed.Select(alert => alert.EndedAt).ToList();
        Assert.Equal(AlertView.MaxMissed, ends.Count);
        Assert.Equal(Noon.AddMinutes(5 * AlertView.MaxMissed - 1), ends[0]);
        Assert.Equal(ends.OrderDescending(), ends);
    }

    internal static Alert New(AlertPriority priority) => new()
    {
        Id = ObjectId.New(TimeProvider.System),
        PatientId = ObjectId.New(TimeProvider.System),
        Sign = "heartRate",
        Priority = priority,
        Text = "HR 133 > 120",
        RaisedAt = Noon,
        Version = 1,
    };
}
