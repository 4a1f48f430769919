using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class EffectiveLimitsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly IReadOnlyDictionary<VitalSign, SignLimits> Defaults = new AlarmOptions().DefaultLimits;

    [Fact]
    public void An_alarm_is_off_until_its_time_is_over_and_no_longer()
    {
        var patient = Heart(new(null, 130) { OffUntil = Now.AddHours(8) });

        var off = new EffectiveLimits(Defaults, null, patient, Now);
        Assert.Equal(new SignLimits(null, 130) { OffUntil = Now.AddHours(8) }, off[VitalSign.HeartRate]);
        Assert.Equal((true, false), (off.IsOff(VitalSign.HeartRate, AlertDirection.Low), off.IsOff(VitalSign.HeartRate, AlertDirection.High)));
        Assert.Equal(Now.AddHours(8), off.OffUntil);

        var back = new EffectiveLimits(Defaults, null, patient, Now.AddHours(8));
        Assert.Equal(new SignLimits(50, 130, 40), back[VitalSign.HeartRate]);
        Assert.False(back.IsOff(VitalSign.HeartRate, AlertDirection.Low));
        Assert.Null(back.OffUntil);
    }

    [Fact]
    public void What_was_switched_off_without_a_time_is_on()
    {
        var limits = new EffectiveLimits(Defaults, Heart(new(null, null)), Heart(new(60, null)), Now);
        Assert.Equal(new SignLimits(60, 120, ExtremeHigh: 150), limits[VitalSign.HeartRate]);
        Assert.Null(limits.OffUntil);
    }

    [Fact]
    public void The_wards_alarm_that_is_off_is_off_for_its_patients_and_on_for_one_with_a_limit_of_their_own()
    {
        var ward = Heart(new(null, 120) { OffUntil = Now.AddHours(1) });
        Assert.True(new EffectiveLimits(Defaults, ward, null, Now).IsOff(VitalSign.HeartRate, AlertDirection.Low));
        var own = new EffectiveLimits(Defaults, ward, Heart(new(45, 120)), Now);
        Assert.False(own.IsOff(VitalSign.HeartRate, AlertDirection.Low));
        Assert.Equal(45, own[VitalSign.HeartRate].Low);
    }

    [Fact]
    public void What_comes_back_and_does_not_go_with_the_other_side_brings_the_wards_limits_altogether()
    {
        var patient = Heart(new(125, null) { OffUntil = Now.AddMinutes(-1) });
        Assert.Equal(Defaults[VitalSign.HeartRate], new EffectiveLimits(Defaults, null, patient, Now)[VitalSign.HeartRate]);
    }

    [Theory]
    [InlineData(45.0, 120.0, 40.0, 150.0, true, false)]
    [InlineData(50.0, 120.0, 40.0, 150.0, false, false)]
    [InlineData(55.0, 121.0, 40.0, 150.0, false, true)]
    [InlineData(50.0, 120.0, 35.0, 150.0, true, false)]
    [InlineData(50.0, 120.0, null, null, true, true)]
    [InlineData(0.0, 350.0, null, null, true, true)]
    public void A_limit_that_lets_pass_what_the_wards_would_not_is_wider(double? low, double? high, double? extremeLow, double? extremeHigh, bool widerLow, bool widerHigh)
    {
        var limits = new EffectiveLimits(Defaults, null, Heart(new(low, high, extremeLow, extremeHigh) { OffUntil = Now.AddHours(1) }), Now);
        Assert.Equal(
            (widerLow, widerHigh),
            (limits.IsWiderThanWard(VitalSign.HeartRate, AlertDirection.Low), limits.IsWiderThanWard(VitalSign.HeartRate, AlertDirection.High)));
        Assert.False(limits.IsWiderThanWard(VitalSign.HeartRate, AlertDirection.None));
    }

    [Fact]
    public void A_limit_that_no_value_can_break_is_off()
    {
        var limits = new EffectiveLimits(Defaults, null, Heart(new(0, 350) { OffUntil = Now.AddHours(1) }), Now);
        Assert.True(limits.IsOff(VitalSign.HeartRate, AlertDirection.Low) && limits.IsOff(VitalSign.HeartRate, AlertDirection.High));
        // No SpO2 is above 100, so its high alarm cannot be switched off.
        var spo2 = new AlarmLimits { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.Spo2] = new(90, null, 80) } };
        Assert.Equal(new SignLimits(90, null, 80), new EffectiveLimits(Defaults, null, spo2, Now)[VitalSign.Spo2]);
    }

    [Fact]
    public void The_scores_threshold_is_the_patients_own_or_the_usual_one()
    {
        Assert.Equal(5, new EffectiveLimits(Defaults, null, null, Now).ScoreThreshold);
        Assert.Equal(7, new EffectiveLimits(Defaults, null, new AlarmLimits { ScoreThreshold = 7 }, Now).ScoreThreshold);
    }

    private static AlarmLimits Heart(SignLimits limits) => new() { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = limits } };
}
