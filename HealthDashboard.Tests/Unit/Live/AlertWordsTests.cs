using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Tests.Unit.Live;

public sealed class AlertWordsTests
{
    [Theory]
    [InlineData(VitalSign.Spo2, 79, 79, 90, AlertDirection.Low, "SpO2 79 < 90")]
    [InlineData(VitalSign.Spo2, 84, 79, 90, AlertDirection.Low, "SpO2 84 < 90, was 79")]
    [InlineData(VitalSign.Spo2, 90, 79, 90, AlertDirection.Low, "SpO2 90, was 79 < 90")]
    [InlineData(VitalSign.HeartRate, 121, 142, 120, AlertDirection.High, "HR 121 > 120, was 142")]
    [InlineData(VitalSign.HeartRate, 141.8, 142, 120, AlertDirection.High, "HR 142 > 120")]
    [InlineData(VitalSign.Temperature, 39.1, 39.4, 39, AlertDirection.High, "Temp 39.1 > 39.0, was 39.4")]
    public void A_worst_value_reads_was_where_the_present_one_is_better(
        VitalSign sign, double value, double extreme, double limit, AlertDirection direction, string expected) =>
        Assert.Equal(expected, AlertWords.Now(Make(sign, value, extreme, limit, direction)));

    [Fact]
    public void What_is_over_keeps_its_worst_value()
    {
        var over = Make(VitalSign.Spo2, 97, 79, 90, AlertDirection.Low) with { Condition = AlertCondition.Latched, EndedAt = DateTimeOffset.UnixEpoch };
        Assert.Equal("SpO2 79 < 90", AlertWords.Now(over));
    }

    [Theory]
    [InlineData("North/ICU", "ICU, North")]
    [InlineData("North/ICU/HDU", "ICU/HDU, North")]
    [InlineData(null, null)]
    public void An_alert_on_a_ward_names_it(string? group, string? expected) =>
        Assert.Equal(expected, AlertWords.WardOf(Make(VitalSign.Spo2, 1, 1, 90, AlertDirection.Low) with { Group = group }));

    private static Alert Make(VitalSign sign, double value, double extreme, double limit, AlertDirection direction) => new()
    {
        Sign = sign.Info().Name,
        Direction = direction,
        Kind = AlertKind.Limit,
        Priority = AlertPriority.Medium,
        Value = value,
        Extreme = extreme,
        Limit = limit,
        Text = AlertText.Limit(AlertPriority.Medium, sign, extreme, direction, limit),
    };
}
