using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Tests.Unit.Live;

public class ShownValueTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(VitalSign.HeartRate, 72.4, 0, "72", ValueState.Current, "")]
    [InlineData(VitalSign.HeartRate, 72.5, 9, "73", ValueState.Current, "")]
    [InlineData(VitalSign.HeartRate, 72, 17, "72", ValueState.Current, "10 s")]
    [InlineData(VitalSign.HeartRate, 72, 31, "72", ValueState.Late, "30 s")]
    [InlineData(VitalSign.HeartRate, 72, 300, "72", ValueState.Late, "5 min")]
    [InlineData(VitalSign.HeartRate, 72, 301, "\u2013", ValueState.Stale, "5 min")]
    [InlineData(VitalSign.HeartRate, 0, 0, "\u2013", ValueState.SensorOff, "off")]
    [InlineData(VitalSign.Systolic, 120, 240, "120", ValueState.Current, "")]
    [InlineData(VitalSign.Systolic, 120, 720, "120", ValueState.Current, "12 min")]
    [InlineData(VitalSign.Systolic, 120, 3601, "\u2013", ValueState.Stale, "1 h 00")]
    [InlineData(VitalSign.Temperature, 37.04, 7200, "37.0", ValueState.Current, "2 h")]
    [InlineData(VitalSign.OxygenFlow, 0, 0, "0.0", ValueState.Current, "")]
    [InlineData(VitalSign.Consciousness, 2, 0, "V", ValueState.Current, "")]
    public void A_value_is_shown_as_current_only_while_it_is(VitalSign sign, double value, int age, string text, ValueState state, string shownAge)
    {
        var reading = new Reading(default, sign, Now.AddSeconds(-age).ToUnixTimeMilliseconds(), value);
        var patient = Clinical.Bedside.Adult with { Monitoring = MonitoringMode.Continuous };
        var standing = Assert.Single(Standing.Of([reading], patient, AlarmRules.Default, Now));
        Assert.Equal(new ShownValue(sign, text, state, shownAge), ShownValue.Of(sign, standing, AlarmRules.Default, Now));
    }

    [Fact]
    public void A_sign_without_a_reading_shows_a_dash() =>
        Assert.Equal(new ShownValue(VitalSign.Spo2, "\u2013", ValueState.None, ""), ShownValue.Of(VitalSign.Spo2, null, AlarmRules.Default, Now));

    [Fact]
    public void A_value_from_the_future_is_not_current_and_its_time_is_unknown()
    {
        var ahead = new Reading(default, VitalSign.HeartRate, Now.AddDays(10).ToUnixTimeMilliseconds(), 72);
        var value = Assert.Single(Standing.Of([ahead], new Patient { Mrn = "", Region = "", Ward = "", GivenName = "", FamilyName = "" }, AlarmRules.Default, Now));
        Assert.Equal(
            new ShownValue(VitalSign.HeartRate, "\u2013", ValueState.Stale, "time unknown"), ShownValue.Of(VitalSign.HeartRate, value, AlarmRules.Default, Now));
    }
}
