using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

public sealed class LimitAlarmTests
{
    private readonly Bedside bed = new();

    [Fact]
    public void Breach_shorter_than_the_hold_off_raises_nothing()
    {
        bed.Hold(VitalSign.HeartRate, 0, 5, 45);
        bed.Read(VitalSign.HeartRate, 6, 70);
        bed.Pass(60);
        Assert.DoesNotContain(bed.Log, c => c.Alert.Kind == AlertKind.Limit);
    }

    [Theory]
    [InlineData(VitalSign.HeartRate, 49, 6)]
    [InlineData(VitalSign.HeartRate, 121, 6)]
    [InlineData(VitalSign.RespiratoryRate, 7, 14)]
    [InlineData(VitalSign.RespiratoryRate, 31, 14)]
    [InlineData(VitalSign.Spo2, 89, 10)]
    public void Breach_is_raised_when_it_has_lasted_for_the_hold_off(VitalSign sign, double value, int holdOff)
    {
        bed.Hold(sign, 0, holdOff, value);
        Assert.Empty(bed.Open);
        bed.Pass(holdOff + 0.1);
        var alert = Assert.Single(bed.Open);
        Assert.Equal(At(holdOff), alert.RaisedAt);
        Assert.Equal(At(holdOff + 0.1), alert.RecordedAt);
        Assert.Equal(AlertPriority.Medium, alert.Priority);
        Assert.Equal((value, value, 1, 1), (alert.Value, alert.Extreme, alert.Count, alert.Version));
    }

    [Theory]
    [InlineData(VitalSign.Systolic, 89, 90)]
    [InlineData(VitalSign.Systolic, 161, 160)]
    [InlineData(VitalSign.Diastolic, 49, 50)]
    [InlineData(VitalSign.Diastolic, 91, 90)]
    [InlineData(VitalSign.MeanPressure, 59, 60)]
    [InlineData(VitalSign.MeanPressure, 111, 110)]
    [InlineData(VitalSign.Temperature, 35.9, 36)]
    [InlineData(VitalSign.Temperature, 39.1, 39)]
    public void Intermittent_sign_alarms_at_once(VitalSign sign, double value, double limit)
    {
        var change = Assert.Single(bed.Read(sign, 0, value));
        Assert.Equal((AlertChangeKind.Raised, At(0), limit), (change.Kind, change.Alert.RaisedAt, change.Alert.Limit));
    }

    [Theory]
    [InlineData(VitalSign.HeartRate, 50)]
    [InlineData(VitalSign.HeartRate, 120)]
    [InlineData(VitalSign.RespiratoryRate, 8)]
    [InlineData(VitalSign.RespiratoryRate, 30)]
    [InlineData(VitalSign.Spo2, 90)]
    [InlineData(VitalSign.Spo2, 100)]
    [InlineData(VitalSign.Systolic, 90)]
    [InlineData(VitalSign.Systolic, 160)]
    [InlineData(VitalSign.Temperature, 36)]
    [InlineData(VitalSign.Temperature, 39)]
    public void Value_on_the_limit_is_inside(VitalSign sign, double value)
    {
        bed.Hold(sign, 0, 20, value);
        Assert.Empty(bed.Log);
    }

    [Theory]
    [InlineData(VitalSign.HeartRate, 39, AlertPriority.High)]
    [InlineData(VitalSign.HeartRate, 40, AlertPriority.Medium)]
    [InlineData(VitalSign.HeartRate, 150, AlertPriority.Medium)]
    [InlineData(VitalSign.HeartRate, 151, AlertPriority.High)]
    [InlineData(VitalSign.RespiratoryRate, 4, AlertPriority.High)]
    [InlineData(VitalSign.RespiratoryRate, 5, AlertPriority.Medium)]
    [InlineData(VitalSign.Spo2, 79, AlertPriority.High)]
    [InlineData(VitalSign.Spo2, 80, AlertPriority.Medium)]
    public void Extreme_breach_is_of_high_priority(VitalSign sign, double value, AlertPriority expected)
    {
        bed.Hold(sign, 0, 15, value);
        Assert.Equal(expected, Assert.Single(bed.Open).Priority);
    }

    [Fact]
    public void Worse_value_raises_the_priority_at_once_and_a_better_one_never_lowers_it()
    {
        bed.Hold(VitalSign.Spo2, 0, 11, 86);
        Assert.Equal("** SpO2 86 < 90", bed.Open[0].Text);
        var change = Assert.Single(bed.Read(VitalSign.Spo2, 12, 78));
        Assert.Equal((AlertChangeKind.Updated, AlertPriority.High), (change.Kind, change.Alert.Priority));
        Assert.Equal("*** SpO2 78 < 90", change.Alert.Text);
        bed.Hold(VitalSign.Spo2, 13, 30, 88);
        Assert.Equal((AlertPriority.High, 78d), (bed.Open[0].Priority, bed.Open[0].Extreme));
    }

    [Fact]
    public void Swing_within_the_hysteresis_is_one_alert_and_each_crossing_is_counted()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 48);
        for (var second = 8; second < 68; second++)
            bed.Read(VitalSign.HeartRate, second, second % 10 < 5 ? 51 : 49);
        bed.Read(VitalSign.HeartRate, 68, 52);
        Assert.Single(bed.Log, c => c.Kind == AlertChangeKind.Raised);
        Assert.Equal(AlertChangeKind.Ended, bed.Log[^1].Kind);
        Assert.Equal(7, bed.Log[^1].Alert.Count);
        Assert.Empty(bed.Open);
    }

    [Fact]
    public void Long_alarm_is_told_of_at_most_every_five_seconds()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 49);
        for (var second = 8; second < 28; second++)
            bed.Read(VitalSign.HeartRate, second, 49 - (0.1 * (second - 8)));
        Assert.InRange(bed.Log.Count(c => c.Kind == AlertChangeKind.Updated), 1, 5);
        bed.Read(VitalSign.HeartRate, 28, 60);
        Assert.Equal(47.1, bed.Log[^1].Alert.Extreme!.Value, 3);
    }

    [Fact]
    public void High_alert_latches_until_acknowledged()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 155);
        bed.Read(VitalSign.HeartRate, 20, 80);
        var latched = Assert.Single(bed.Open);
        Assert.Equal((AlertCondition.Latched, At(20)), (latched.Condition, latched.EndedAt));
        bed.Act(alert => AlertLife.Acknowledge(alert, "nina", "seen", At(30)));
        Assert.Empty(bed.Open);
        Assert.Equal(AlertCondition.Ended, bed.Log[^1].Alert.Condition);
    }

    [Fact]
    public void Medium_alert_ends_by_itself()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 130);
        var change = Assert.Single(bed.Read(VitalSign.HeartRate, 20, 118));
        Assert.Equal((AlertChangeKind.Ended, AlertCondition.Ended), (change.Kind, change.Alert.Condition));
        Assert.Equal(AlertResponse.Unacknowledged, change.Alert.Response);
    }

    [Fact]
    public void Acknowledged_high_alert_ends_without_latching()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 155);
        bed.Act(alert => AlertLife.Acknowledge(alert, "nina", null, At(8)));
        bed.Read(VitalSign.HeartRate, 20, 80);
        Assert.Empty(bed.Open);
    }

    [Fact]
    public void Breach_while_latched_takes_the_same_alert_up_again()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 155);
        var id = bed.Open[0].Id;
        bed.Hold(VitalSign.HeartRate, 8, 20, 80);
        bed.Hold(VitalSign.HeartRate, 21, 28, 160);
        var alert = Assert.Single(bed.Open);
        Assert.Equal((id, AlertCondition.Active, 2, 160d), (alert.Id, alert.Condition, alert.Count, alert.Extreme));
        Assert.Null(alert.EndedAt);
        Assert.Equal(AlertChangeKind.Resumed, bed.Log[^1].Kind);
    }

    [Fact]
    public void Breach_a_minute_after_the_end_is_a_new_alert()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 130);
        bed.Hold(VitalSign.HeartRate, 8, 68, 80);
        bed.Hold(VitalSign.HeartRate, 69, 76, 130);
        Assert.Equal(2, bed.Log.Where(c => c.Kind == AlertChangeKind.Raised).Select(c => c.Alert.Id).Distinct().Count());
    }

    [Fact]
    public void Missing_value_ends_no_alarm()
    {
        bed.Hold(VitalSign.Spo2, 0, 11, 85);
        bed.Hold(VitalSign.Spo2, 12, 40, 0);
        Assert.Contains(bed.Open, a => a is { Kind: AlertKind.Limit, Condition: AlertCondition.Active });
    }

    [Fact]
    public void New_alert_and_a_higher_priority_break_the_silence()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 130);
        bed.Act(alert => AlertLife.Silence(alert, "nina", At(127), At(7)));
        bed.Read(VitalSign.Temperature, 8, 39.5);
        Assert.Null(bed.Open.Single(a => a.Sign == "heartRate").SilencedUntil);
        Assert.Contains(bed.Log, c => c.Kind == AlertChangeKind.Unsilenced);

        bed.Act(_ => AlertLife.Silence(bed.Open.Single(a => a.Sign == "heartRate"), "nina", At(129), At(9)));
        bed.Read(VitalSign.HeartRate, 10, 152);
        Assert.Null(bed.Open.Single(a => a.Sign == "heartRate").SilencedUntil);
    }

    [Fact]
    public void Acknowledged_alert_that_becomes_more_urgent_calls_again()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 130);
        bed.Act(alert => AlertLife.Acknowledge(alert, "nina", "seen", At(8)));
        bed.Read(VitalSign.HeartRate, 9, 135);
        Assert.Equal(AlertResponse.Acknowledged, bed.Open[0].Response);
        bed.Read(VitalSign.HeartRate, 20, 155);
        var alert = Assert.Single(bed.Open);
        Assert.Equal((AlertPriority.High, AlertResponse.Unacknowledged, null, At(20)), (alert.Priority, alert.Response, alert.AcknowledgedBy, alert.RecordedAt));
        Assert.Equal("nina", bed.Log.Single(c => c.Kind == AlertChangeKind.Acknowledged).Alert.AcknowledgedBy);
    }

    [Fact]
    public void New_limits_hold_for_the_standing_value()
    {
        bed.Hold(VitalSign.HeartRate, 0, 20, 100);
        bed.Patient = bed.Patient with { Limits = new EffectiveLimits(new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(50, 90) }) };
        bed.Pass(21);
        bed.Pass(27.1);
        Assert.Equal("** HR 100 > 90", Assert.Single(bed.Open).Text);
        bed.Patient = new Bedside().Patient;
        bed.Pass(28);
        Assert.Empty(bed.Open);
    }

    [Fact]
    public void Discharge_ends_everything()
    {
        bed.Hold(VitalSign.HeartRate, 0, 7, 155);
        bed.Patient = bed.Patient with { Patient = bed.Patient.Patient with { Status = PatientStatus.Discharged } };
        bed.Pass(8);
        bed.Hold(VitalSign.HeartRate, 9, 30, 155);
        Assert.Empty(bed.Open);
        Assert.Equal(AlertCondition.Ended, bed.Log[^1].Alert.Condition);
        Assert.Equal(2, bed.Log.Count);
    }

    [Fact]
    public void Hold_off_survives_a_restart()
    {
        bed.Hold(VitalSign.HeartRate, 0, 3, 45);
        bed.Restart();
        bed.Pass(6.1);
        Assert.Equal(At(6), Assert.Single(bed.Open).RaisedAt);
    }

    [Fact]
    public void Value_once_a_minute_stands_until_the_next()
    {
        bed.Read(VitalSign.RespiratoryRate, 0, 6);
        bed.Read(VitalSign.RespiratoryRate, 60, 12);
        var limit = bed.Log.Where(c => c.Alert.Kind == AlertKind.Limit).ToList();
        Assert.Equal([AlertChangeKind.Raised, AlertChangeKind.Ended], limit.Select(c => c.Kind));
        Assert.Equal((At(14), At(60)), (limit[1].Alert.RaisedAt, limit[1].Alert.EndedAt));
    }

    [Fact]
    public void History_that_is_imported_waits_for_its_own_next_reading()
    {
        const double hours = 3600 * 10;
        bed.Patient = bed.Patient with { Patient = Adult with { Monitoring = MonitoringMode.Continuous } };
        bed.Evaluate(hours, Reading(VitalSign.HeartRate, 0, 70), Reading(VitalSign.HeartRate, 1, 45));
        Assert.DoesNotContain(bed.Open, a => a.Kind == AlertKind.Limit);
        bed.Evaluate(hours, Reading(VitalSign.HeartRate, 2, 70));
        Assert.DoesNotContain(bed.Log, c => c.Alert.Kind == AlertKind.Limit);
    }
}
