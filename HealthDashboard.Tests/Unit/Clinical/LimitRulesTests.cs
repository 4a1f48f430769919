using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class LimitRulesTests
{
    [Fact]
    public void The_defaults_may_be_set() => Assert.Empty(LimitRules.Check(new AlarmOptions().DefaultLimits, AlarmRules.Default));

    [Fact]
    public void A_sign_may_have_one_limit_or_none()
    {
        Assert.Empty(Check(VitalSign.HeartRate, new(50, null, 40)));
        Assert.Empty(Check(VitalSign.HeartRate, new(null, 120, null, 150)));
        Assert.Empty(Check(VitalSign.Consciousness, new(null, null)));
    }

    [Theory]
    [InlineData(VitalSign.HeartRate, 130.0, 120.0, null, null, "low", "is 130; allowed is below high, which is 120.")]
    [InlineData(VitalSign.HeartRate, 120.0, 120.0, null, null, "low", "is 120; allowed is below high, which is 120.")]
    [InlineData(VitalSign.HeartRate, -1.0, 120.0, null, null, "low", "is -1; allowed is 0 to 350 /min.")]
    [InlineData(VitalSign.HeartRate, 50.0, 351.0, null, null, "high", "is 351; allowed is 0 to 350 /min.")]
    [InlineData(VitalSign.HeartRate, 50.0, double.NaN, null, null, "high", "is NaN; allowed is 0 to 350 /min.")]
    [InlineData(VitalSign.Temperature, 19.9, null, null, null, "low", "is 19.9; allowed is 20 to 46 Cel.")]
    [InlineData(VitalSign.Spo2, 90.0, 100.0, 91.0, null, "extremeLow", "is 91; allowed is at most low, which is 90.")]
    [InlineData(VitalSign.Spo2, null, 100.0, 80.0, null, "extremeLow", "is 80; allowed is none, because low is not set.")]
    [InlineData(VitalSign.HeartRate, 50.0, 120.0, null, 119.0, "extremeHigh", "is 119; allowed is at least high, which is 120.")]
    [InlineData(VitalSign.HeartRate, 50.0, null, null, 150.0, "extremeHigh", "is 150; allowed is none, because high is not set.")]
    [InlineData(VitalSign.Spo2, 100.0, null, null, null, "low", "is 100; allowed is at most 99, because the alarm ends 1 above it.")]
    [InlineData(VitalSign.Spo2, 99.5, 100.0, null, null, "low", "is 99.5; allowed is at most 99, because the alarm ends 1 above it.")]
    [InlineData(VitalSign.HeartRate, null, 1.0, null, null, "high", "is 1; allowed is at least 2, because the alarm ends 2 below it.")]
    [InlineData(VitalSign.OxygenFlow, null, 5.0, null, null, "high", "is 5; allowed is none, because oxygenFlow has no limit alarms.")]
    public void A_wrong_limit_is_told_with_its_value_and_what_is_allowed(
        VitalSign sign, double? low, double? high, double? extremeLow, double? extremeHigh, string field, string message) =>
        Assert.Equal([new LimitProblem(sign, field, message)], Check(sign, new(low, high, extremeLow, extremeHigh)));

    [Fact]
    public void Everything_wrong_is_told_at_once()
    {
        var problems = LimitRules.Check(
            new Dictionary<VitalSign, SignLimits>
            {
                [VitalSign.Spo2] = new(90, 120, 200),
                [VitalSign.HeartRate] = new(130, 120, 140, 110),
            },
            AlarmRules.Default);

        Assert.Equal(
            ["HeartRate.low", "HeartRate.extremeLow", "HeartRate.extremeHigh", "Spo2.high", "Spo2.extremeLow"],
            problems.Select(problem => $"{problem.Sign}.{problem.Field}"));
    }

    private static IReadOnlyList<LimitProblem> Check(VitalSign sign, SignLimits limits) =>
        LimitRules.Check(new Dictionary<VitalSign, SignLimits> { [sign] = limits }, AlarmRules.Default);
}
