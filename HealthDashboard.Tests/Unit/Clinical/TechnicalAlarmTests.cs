using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

public sealed class TechnicalAlarmTests
{
    [Fact]
    public void What_is_charted_by_hand_beside_a_monitor_is_no_second_source()
    {
        var bed = new Bedside();
        for (var second = 0; second < 60; second++)
        {
            bed.Evaluate(second, Bedside.Reading(VitalSign.HeartRate, second, 90) with { Device = "monitor" });
            if (second == 30)
                bed.Evaluate(30.5, Bedside.Reading(VitalSign.HeartRate, 30.5, 112) with { Device = HealthDashboard.Data.Model.Reading.ByHand });
        }
        Assert.Empty(bed.Log);
        Assert.Null(bed.State.Signs[(int)VitalSign.HeartRate].Other);
        Assert.Equal("monitor", bed.State.Signs[(int)VitalSign.HeartRate].Main.Device);
    }

    [Fact]
    public void What_was_charted_by_hand_gives_way_to_a_monitor_that_is_attached_at_once()
    {
        var bed = new Bedside();
        bed.Evaluate(0, Bedside.Reading(VitalSign.HeartRate, 0, 160) with { Device = HealthDashboard.Data.Model.Reading.ByHand });
        for (var second = 1; second < 30; second++)
            bed.Evaluate(second, Bedside.Reading(VitalSign.HeartRate, second, 80) with { Device = "monitor" });
        Assert.DoesNotContain(bed.Log, change => change.Alert.Sign.StartsWith("sources", StringComparison.Ordinal));
        Assert.Equal((80, "monitor"), (bed.State.Signs[(int)VitalSign.HeartRate].Main.Value, bed.State.Signs[(int)VitalSign.HeartRate].Main.Device));
    }

    private readonly Bedside bed = new();

    [Fact]
    public void Zero_is_a_sensor_that_is_off_and_never_a_value()
    {
        bed.Hold(VitalSign.Spo2, 0, 5, 97);
        bed.Hold(VitalSign.Spo2, 6, 30, 0);
        var alert = Assert.Single(bed.Open);
        Assert.Equal((AlertKind.Technical, AlertPriority.Low, AlertDirection.None, "* SpO2 sensor off"), (alert.Kind, alert.Priority, alert.Direction, alert.Text));
        Assert.Equal(At(16), alert.RaisedAt);
        Assert.Null(alert.Value);
        bed.Read(VitalSign.Spo2, 31, 97);
        Assert.Empty(bed.Open);
    }

    [Fact]
    public void Short_drop_out_raises_nothing()
    {
        bed.Hold(VitalSign.Spo2, 0, 5, 97);
        bed.Hold(VitalSign.Spo2, 6, 15, 0);
        bed.Read(VitalSign.Spo2, 16, 97);
        Assert.Empty(bed.Log);
    }

    [Fact]
    public void Silence_of_one_sign_raises_no_data_after_thirty_seconds()
    {
        for (var second = 0; second <= 50; second++)
        {
            bed.Read(VitalSign.HeartRate, second, 70);
            if (second <= 10)
                bed.Read(VitalSign.Spo2, second, 97);
        }

        var alert = Assert.Single(bed.Open);
        Assert.Equal(("* SpO2 no data", At(40)), (alert.Text, alert.RaisedAt));
        bed.Read(VitalSign.Spo2, 51, 97);
        Assert.Empty(bed.Open);
    }

    [Theory]
    [InlineData(MonitoringMode.SpotCheck, false)]
    [InlineData(MonitoringMode.Continuous, true)]
    public void Silence_is_an_alarm_unless_a_clinician_has_set_spot_checks(MonitoringMode monitoring, bool alarms)
    {
        bed.Patient = bed.Patient with { Patient = Adult with { Monitoring = monitoring } };
        bed.Hold(VitalSign.HeartRate, 0, 60, 70);
        bed.Hold(VitalSign.Spo2, 0, 10, 97);
        bed.Pass(200);
        Assert.Equal(alarms, bed.Log.Any(change => change.Alert.Kind == AlertKind.Technical));
    }

    [Theory]
    [InlineData(MonitoringMode.Continuous, true)]
    [InlineData(null, false)]
    public void Continuous_monitoring_without_a_first_reading_is_an_alarm_after_a_minute(MonitoringMode? monitoring, bool alarms)
    {
        bed.Patient = bed.Patient with { Patient = Adult with { Monitoring = monitoring } };
        bed.Pass(0);
        bed.Pass(60);
        Assert.Empty(bed.Open);
        bed.Pass(60.1);
        Assert.Equal(alarms, bed.Open is [{ Sign: Alert.FeedSign, Priority: AlertPriority.Medium }]);
    }

    [Fact]
    public void Standby_excuses_silence_until_it_ends()
    {
        bed.Patient = bed.Patient with { Patient = Adult with { Monitoring = MonitoringMode.Continuous, Standby = new(At(600), "scan", "nina") } };
        bed.Hold(VitalSign.HeartRate, 0, 10, 70);
        bed.Pass(659);
        Assert.Empty(bed.Open);
        bed.Pass(661);
        Assert.Equal(Alert.FeedSign, Assert.Single(bed.Open).Sign);
    }

    [Fact]
    public void All_sensors_off_right_after_an_extreme_value_asks_for_a_look_at_the_patient()
    {
        bed.Hold(VitalSign.HeartRate, 0, 2, 60);
        bed.Hold(VitalSign.HeartRate, 3, 6, 38);
        for (var second = 7; second <= 18; second++)
            bed.Evaluate(second, Reading(VitalSign.HeartRate, second, 0), Reading(VitalSign.Spo2, second, 0), Reading(VitalSign.RespiratoryRate, second, 0));
        var alert = Assert.Single(bed.Open, open => open.Kind == AlertKind.Technical);
        Assert.Equal((Alert.SensorsSign, AlertPriority.Medium), (alert.Sign, alert.Priority));
    }

    [Theory]
    [InlineData(38, AlertPriority.Medium)]
    [InlineData(45, AlertPriority.Low)]
    public void One_sensor_that_goes_off_asks_for_a_look_only_after_an_extreme_value(double last, AlertPriority priority)
    {
        bed.Hold(VitalSign.HeartRate, 0, 3, last);
        bed.Hold(VitalSign.Spo2, 0, 3, 97);
        for (var second = 4; second <= 15; second++)
            bed.Evaluate(second, Reading(VitalSign.HeartRate, second, 0), Reading(VitalSign.Spo2, second, 97));
        Assert.Equal(priority, Assert.Single(bed.Open, open => open.Sign == "heartRate" && open.Kind == AlertKind.Technical).Priority);
    }

    [Theory]
    [InlineData(80, 120, true)]
    [InlineData(120, 120, true)]
    [InlineData(121, 120, false)]
    public void Pressures_of_one_moment_must_not_contradict_each_other(double systolic, double diastolic, bool alarms)
    {
        bed.Evaluate(0, Reading(VitalSign.Systolic, 0, systolic), Reading(VitalSign.Diastolic, 0, diastolic));
        Assert.Equal(alarms, bed.Open.Any(alert => alert.Sign == Alert.PressuresSign));
        bed.Evaluate(60, Reading(VitalSign.Systolic, 60, 120), Reading(VitalSign.Diastolic, 60, 80));
        Assert.DoesNotContain(bed.Open, alert => alert.Sign == Alert.PressuresSign);
    }

    [Fact]
    public void Silence_of_the_whole_feed_is_one_alert()
    {
        for (var second = 0; second <= 10; second++)
        {
            bed.Read(VitalSign.HeartRate, second, 70);
            bed.Read(VitalSign.Spo2, second, 97);
        }

        // All signs at once are one silence, not three.
        bed.Pass(40.5);
        Assert.Empty(bed.Open);
        bed.Pass(70.5);
        var feed = Assert.Single(bed.Open);
        Assert.Equal((Alert.FeedSign, At(70)), (feed.Sign, feed.RaisedAt));
        bed.Read(VitalSign.HeartRate, 90, 70);
        Assert.Empty(bed.Open);
    }

    [Fact]
    public void Device_that_sends_once_a_minute_is_not_silent_between()
    {
        for (var minute = 0; minute < 10; minute++)
        {
            bed.Read(VitalSign.HeartRate, 60 * minute, 70);
            bed.Pass((60 * minute) + 59);
        }

        Assert.Empty(bed.Log);
        bed.Pass((60 * 9) + 181);
        Assert.NotEmpty(bed.Open);
    }

    [Fact]
    public void Imported_history_is_never_silent()
    {
        var readings = Enumerable.Range(0, 100).Select(s => Reading(VitalSign.HeartRate, s, 70)).ToArray();
        bed.Evaluate(36_000, readings);
        bed.Pass(40_000);
        Assert.Empty(bed.Log);
    }

    [Fact]
    public void Silence_while_the_program_was_down_is_not_the_devices()
    {
        bed.Hold(VitalSign.HeartRate, 0, 10, 70);
        var state = bed.State.ListenFrom(At(600));
        Assert.Empty(AlarmEvaluator.Evaluate(state, bed.Patient, bed.Rules, [], At(601)).Changes);
        Assert.Single(AlarmEvaluator.Evaluate(state, bed.Patient, bed.Rules, [], At(661)).State.Open);
    }

    [Fact]
    public void Sensor_that_is_off_when_the_feed_is_lost_is_still_off_when_it_is_back()
    {
        bed.Hold(VitalSign.Spo2, 0, 5, 97);
        bed.Hold(VitalSign.Spo2, 6, 20, 0);
        bed.Pass(90);
        Assert.Equal(["feed", "spo2"], bed.Open.Select(alert => alert.Sign).Order());
        bed.Hold(VitalSign.Spo2, 100, 115, 0);
        Assert.Equal(("* SpO2 sensor off", At(16)), (Assert.Single(bed.Open).Text, bed.Open[0].RaisedAt));
        bed.Read(VitalSign.Spo2, 116, 97);
        Assert.Empty(bed.Open);
    }

    [Fact]
    public void Next_due_names_the_moment_at_which_something_happens()
    {
        bed.Hold(VitalSign.HeartRate, 0, 2, 70);
        bed.Read(VitalSign.HeartRate, 3, 45);
        bed.Pass(3.5);
        var due = bed.NextDue;
        Assert.Equal(At(9).AddMilliseconds(1), due);
        Assert.Single(AlarmEvaluator.Evaluate(bed.State, bed.Patient, bed.Rules, [], due!.Value).Changes);
    }
}
