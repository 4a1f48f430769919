using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Alerts;

/// <summary>Whose details stand beside the list of alerts.</summary>
public sealed class AlertCardTests
{
    [Fact]
    public void The_most_urgent_are_shown_at_first()
    {
        var (first, second) = (Card(AlertPriority.High), Card(AlertPriority.Medium));
        Assert.Same(first, AlertCard.Detail([first, second], chosen: null, before: null));
        Assert.Null(AlertCard.Detail([], chosen: null, before: first.Id));
    }

    [Fact]
    public void What_somebody_reads_stays_when_a_more_urgent_alert_arrives()
    {
        var (newer, read) = (Card(AlertPriority.High), Card(AlertPriority.Medium));
        Assert.Same(read, AlertCard.Detail([newer, read], chosen: null, before: read.Id));
    }

    [Fact]
    public void It_gives_way_when_it_no_longer_needs_anybody_and_another_does()
    {
        var (calling, equipment) = (Card(AlertPriority.High), Card(AlertPriority.Low));
        Assert.Same(calling, AlertCard.Detail([calling, equipment], chosen: null, before: equipment.Id));
    }

    [Fact]
    public void Who_was_chosen_stays_until_the_alerts_are_over()
    {
        var (calling, chosen) = (Card(AlertPriority.High), Card(AlertPriority.Low));
        Assert.Same(chosen, AlertCard.Detail([calling, chosen], chosen.Id, before: calling.Id));
        Assert.Same(calling, AlertCard.Detail([calling], chosen.Id, before: chosen.Id));
    }

    private static AlertCard Card(AlertPriority priority)
    {
        var alert = AlertViewTests.New(priority);
        return new(alert.PatientId, null, [alert]);
    }
}
