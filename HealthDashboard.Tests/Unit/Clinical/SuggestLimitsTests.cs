using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class SuggestLimitsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Limits_lie_around_the_patients_own_values()
    {
        var limits = From(At(VitalSign.HeartRate, 80), At(VitalSign.Systolic, 120), At(VitalSign.Diastolic, 70), At(VitalSign.Spo2, 97));

        Assert.Equal(3, limits.Count);
        Assert.Equal(new SignLimits(64, 100, 40, 150), limits[VitalSign.HeartRate]);
        Assert.Equal(new SignLimits(92, 141), limits[VitalSign.Systolic]);
        Assert.Equal(new SignLimits(54, 92), limits[VitalSign.Diastolic]);
    }

    [Theory]
    [InlineData(45, 40, 56)]
    [InlineData(220, 176, 240)]
    public void Heart_rate_stays_between_40_and_240(double value, double low, double high)
    {
        var limits = From(At(VitalSign.HeartRate, value))[VitalSign.HeartRate];

        Assert.Equal((low, high), (limits.Low, limits.High));
    }

    [Fact]
    public void Where_high_priority_begins_gives_way_to_a_wider_limit() =>
        Assert.Equal(new SignLimits(104, 163, 40, 163), From(At(VitalSign.HeartRate, 130))[VitalSign.HeartRate]);

    [Fact]
    public void Nothing_is_proposed_from_a_sensor_that_is_off_or_an_old_value()
    {
        Assert.Empty(From(At(VitalSign.HeartRate, 0), At(VitalSign.Systolic, 0)));
        Assert.Empty(From(At(VitalSign.HeartRate, 80) with { Time = (Now - TimeSpan.FromMinutes(6)).ToUnixTimeMilliseconds() }));
    }

    [Fact]
    public void Nothing_is_proposed_where_the_formula_gives_no_usable_limits() => Assert.Empty(From(At(VitalSign.HeartRate, 30)));

    [Fact]
    public void What_is_proposed_may_always_be_set() =>
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.Elements(VitalSign.HeartRate, VitalSign.Systolic, VitalSign.Diastolic).ToArbitrary(),
            Gen.Choose(0, 3500).Select(tenths => tenths / 10.0).ToArbitrary(),
            (sign, value) => LimitRules.Check(From(At(sign, Math.Min(value, sign.Info().Maximum))), AlarmRules.Default).Count == 0));

    private static IReadOnlyDictionary<VitalSign, SignLimits> From(params Reading[] latest) =>
        SuggestLimits.From(latest, new EffectiveLimits(new AlarmOptions().DefaultLimits), AlarmRules.Default, Now);

    private static Reading At(VitalSign sign, double value) => new(default, sign, Now.ToUnixTimeMilliseconds(), value);
}
