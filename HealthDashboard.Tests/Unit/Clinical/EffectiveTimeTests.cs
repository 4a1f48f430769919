using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>A reading counts from the earlier of its own time and its arrival (docs/clinical.md, T1 and T4).</summary>
public sealed class EffectiveTimeTests
{
    private readonly Bedside bed = new();

    private static Reading Arrives(VitalSign sign, double measured, double arrived, double value, string? device = "M1") =>
        new(PatientId, sign, At(measured).ToUnixTimeMilliseconds(), value, device, At(arrived).ToUnixTimeMilliseconds());

    private Alert? Limit => bed.Open.SingleOrDefault(alert => alert.Kind == AlertKind.Limit);

    [Theory]
    [InlineData(290)]
    [InlineData(5)]
    [InlineData(864_000)]
    public void A_time_in_the_future_stands_in_front_of_nothing(double ahead)
    {
        bed.Evaluate(0, Arrives(VitalSign.HeartRate, ahead, 0, 72));
        for (var second = 1; second <= 8; second++)
            bed.Evaluate(second, Arrives(VitalSign.HeartRate, second, second, 30));
        Assert.Equal((AlertPriority.High, At(7), At(8)), (Limit!.Priority, Limit.RaisedAt, Limit.RecordedAt));
    }

    [Fact]
    public void Nothing_is_shown_newer_than_its_arrival()
    {
        bed.Evaluate(0, Arrives(VitalSign.HeartRate, 290, 0, 72));
        var shown = Assert.Single(Standing.Of(bed.State, bed.Patient, bed.Rules, At(40)));
        Assert.Equal((At(0), ValueStanding.Current), (shown.Reading.At, shown.State));
    }

    // The store gives readings back by their own time, and without their arrival.
    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(400)]
    public void What_was_ahead_is_not_taken_for_news_after_a_restart(double restart)
    {
        var ahead = Arrives(VitalSign.HeartRate, 290, 0, 72);
        bed.Evaluate(0, ahead);
        bed.Evaluate(1, Arrives(VitalSign.HeartRate, 1, 1, 30));
        bed.Restart();
        bed.Evaluate(restart, ahead with { Arrived = 0, Device = null });
        Assert.Equal(30, Assert.Single(bed.State.Latest).Value);
    }

    [Theory]
    [InlineData(72, 180, true)]
    [InlineData(180, 72, false)]
    public void Of_two_values_of_one_moment_the_last_to_arrive_counts(double first, double last, bool alarms)
    {
        for (var second = 0; second < 10; second++)
            bed.Evaluate(second, Arrives(VitalSign.HeartRate, second, second, first), Arrives(VitalSign.HeartRate, second, second, last));
        Assert.Equal(last, Assert.Single(bed.State.Latest).Value);
        bed.Pass(15.1);
        Assert.Equal(alarms, Limit is not null);
    }

    [Fact]
    public void A_value_that_is_corrected_in_a_later_request_is_judged_as_if_it_had_come_next()
    {
        bed.Evaluate(0, Arrives(VitalSign.Temperature, 0, 0, 41));
        Assert.NotNull(Limit);
        bed.Evaluate(60, Arrives(VitalSign.Temperature, 0, 60, 37));
        Assert.Null(Limit);
    }

    [Fact]
    public void A_device_that_is_some_seconds_behind_is_judged_on_its_own_time()
    {
        // 45 for 5 s, then 70: less than the hold-off, although it stood for 8 s by the clock on the wall.
        for (var second = 0; second <= 5; second++)
            bed.Evaluate(second + 3, Arrives(VitalSign.HeartRate, second, second + 3, second < 5 ? 45 : 70));
        bed.Pass(30);
        Assert.DoesNotContain(bed.Log, change => change.Alert.Kind == AlertKind.Limit);
    }
}
