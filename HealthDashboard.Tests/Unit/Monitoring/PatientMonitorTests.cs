using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Unit.Clinical;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class PatientMonitorTests
{
    private static readonly Alert Raised = new()
    {
        Id = ObjectId.Parse("65a0000000000000000000aa"),
        PatientId = Bedside.PatientId,
        Sign = "spo2",
        Direction = AlertDirection.Low,
        Priority = AlertPriority.Medium,
        RaisedAt = Bedside.Start,
        Text = "** SpO2 86 < 90",
        Version = 1,
    };

    private readonly PatientMonitor monitor = new(new MonitorState(Bedside.PatientId) { Open = [Raised] });

    private static Alert At(int version, AlertCondition condition) =>
        Raised with { Version = version, Condition = condition, EndedAt = condition == AlertCondition.Ended ? Bedside.Start : null };

    [Fact]
    public void A_log_that_is_behind_opens_nothing_that_has_ended_here_for_the_second_time()
    {
        monitor.Take(At(2, AlertCondition.Ended));
        monitor.Take(At(3, AlertCondition.Active));
        monitor.Take(At(4, AlertCondition.Ended));

        monitor.Adopt(At(2, AlertCondition.Ended));
        monitor.Adopt(At(3, AlertCondition.Active));
        Assert.Null(monitor.FindOpen(Raised.Id));
        monitor.Adopt(At(4, AlertCondition.Ended));
        Assert.Null(monitor.FindOpen(Raised.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_the_store_refused_has_never_stood_and_later_readings_are_evaluated(bool isAnotherOpen)
    {
        var other = isAnotherOpen ? Raised with { Id = ObjectId.Parse("65a0000000000000000000bb") } : null;
        monitor.Adopt(At(2, AlertCondition.Ended));
        monitor.Restore(new MonitorState(Bedside.PatientId) { Open = [Raised] });

        monitor.Take(new RefusedAlert(Raised, other, WasShown: false), Bedside.Start);
        var bedside = new Bedside();
        for (var second = 0; second < 20; second++)
        {
            var evaluation = AlarmEvaluator.Evaluate(
                monitor.State, bedside.Patient, bedside.Rules, [Bedside.Reading(VitalSign.Spo2, second, 97)], Bedside.At(second));
            monitor.Take(evaluation);
        }

        Assert.Null(monitor.FindOpen(Raised.Id));
    }

    [Fact]
    public void What_went_on_here_is_not_ended_by_a_log_that_is_behind()
    {
        monitor.Take(At(2, AlertCondition.Ended));
        monitor.Take(At(3, AlertCondition.Active));
        monitor.Adopt(At(2, AlertCondition.Ended));
        Assert.NotNull(monitor.FindOpen(Raised.Id));
    }
}
