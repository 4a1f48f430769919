using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class AlertTextTests
{
    [Theory]
    [InlineData(AlertPriority.Medium, VitalSign.Spo2, 86, AlertDirection.Low, 90, "** SpO2 86 < 90")]
    [InlineData(AlertPriority.High, VitalSign.HeartRate, 152, AlertDirection.High, 120, "*** HR 152 > 120")]
    [InlineData(AlertPriority.Medium, VitalSign.Temperature, 39.14, AlertDirection.High, 39, "** Temp 39.1 > 39.0")]
    [InlineData(AlertPriority.Medium, VitalSign.Spo2, 89.6, AlertDirection.Low, 90, "** SpO2 89.6 < 90.0")]
    [InlineData(AlertPriority.Medium, VitalSign.Temperature, 39.04, AlertDirection.High, 39, "** Temp 39.04 > 39.00")]
    public void A_limit_alert_names_the_worst_value_and_the_limit_so_that_they_differ(
        AlertPriority priority, VitalSign sign, double extreme, AlertDirection direction, double limit, string text) =>
        Assert.Equal(text, AlertText.Limit(priority, sign, extreme, direction, limit));

    [Theory]
    [InlineData(AlertPriority.High, 8, 8, true, "*** NEWS2 8, emergency")]
    [InlineData(AlertPriority.High, 10, 10, false, "*** NEWS2 at least 10, emergency")]
    [InlineData(AlertPriority.High, 6, 11, true, "*** NEWS2 6, was 11")]
    [InlineData(AlertPriority.Medium, 5, 5, false, "** NEWS2 at least 5, urgent review")]
    [InlineData(AlertPriority.Medium, 4, 4, true, "** NEWS2 4, 3 in one parameter")]
    public void A_score_alert_names_the_score_and_what_it_asks_for(AlertPriority priority, int score, int extreme, bool complete, string text) =>
        Assert.Equal(text, AlertText.Score(priority, score, extreme, complete));

    [Fact]
    public void Technical_alerts_say_what_is_wrong()
    {
        Assert.Equal("* SpO2 sensor off", AlertText.SensorOff(VitalSign.Spo2, AlertPriority.Low));
        Assert.Equal("* HR no data", AlertText.NoData(VitalSign.HeartRate));
        Assert.Equal("** HR sensor off: check the patient", AlertText.SensorOff(VitalSign.HeartRate, AlertPriority.Medium));
        Assert.Equal("* Feed lost", AlertText.FeedLost(AlertPriority.Low));
        Assert.Equal("* Clock of M7 is 290 s ahead", AlertText.Clock("M7", -290_400));
        Assert.Equal("* Clock of a device is 600 s behind", AlertText.Clock("", 600_000));
    }

    [Fact]
    public void Every_text_is_plain_ascii() => Assert.All(
        VitalSigns.All, info => Assert.True(System.Text.Ascii.IsValid(AlertText.NoData(info.Sign))));
}
