using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Unit.Clinical.Bedside;

namespace HealthDashboard.Tests.Unit.Clinical;

/// <summary>Devices whose clocks are wrong (docs/clinical.md, T2).</summary>
public sealed class ClockAlarmTests
{
    private readonly Bedside bed = new();

    private void Send(double measured, double arrived, string? device = "M1", double value = 70) =>
        bed.Evaluate(arrived, new Reading(PatientId, VitalSign.HeartRate, At(measured).ToUnixTimeMilliseconds(), value, device, At(arrived).ToUnixTimeMilliseconds()));

    private Alert? Clock(string device = "M1") => bed.Open.SingleOrDefault(alert => alert.Sign == Alert.ClockSign + device);

    [Theory]
    [InlineData(5, false)]
    [InlineData(5.001, true)]
    [InlineData(290, true)]
    public void A_reading_from_the_future_tells_at_once(double ahead, bool alarms)
    {
        Send(ahead, 0);
        Assert.Equal(alarms, Clock() is not null);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    [InlineData(600, true)]
    public void A_device_that_is_behind_while_it_sends_each_second_is_told_of_after_ten(double behind, bool alarms)
    {
        for (var second = 0; second < 10; second++)
            Send(second - behind, second);
        Assert.Null(Clock());
        Send(10 - behind, 10);
        Assert.Equal(alarms, Clock() is not null);
        if (alarms)
            Assert.Equal(($"* Clock of M1 is {behind} s behind", AlertPriority.Low, At(10)), (Clock()!.Text, Clock()!.Priority, Clock()!.RaisedAt));
    }

    [Fact]
    public void A_device_that_is_behind_and_falls_silent_is_lost()
    {
        for (var second = 0; second <= 60; second++)
            Send(second - 600, second);
        bed.Pass(119);
        Assert.DoesNotContain(bed.Open, alert => alert.Sign == Alert.FeedSign);
        bed.Pass(121);
        Assert.Contains(bed.Open, alert => alert.Sign == Alert.FeedSign);
    }

    [Fact]
    public void A_drained_buffer_is_no_wrong_clock()
    {
        var readings = Enumerable.Range(0, 1800)
            .Select(second => new Reading(PatientId, VitalSign.HeartRate, At(second).ToUnixTimeMilliseconds(), 70, "M1", At(1800).ToUnixTimeMilliseconds()));
        bed.Evaluate(1800, [.. readings]);
        Assert.Null(Clock());
    }

    [Theory]
    [InlineData(60)]
    [InlineData(200)]
    public void A_recording_that_is_replayed_faster_than_life_is_no_wrong_clock(int speed)
    {
        for (var row = 0; row < 120; row++)
            Send((60 * row) - 36_000, 60.0 * row / speed);
        Assert.Null(Clock());
    }

    [Fact]
    public void It_ends_after_a_minute_of_right_times_and_another_wrong_one_begins_the_minute_again()
    {
        Send(100, 0);
        for (var second = 1; second <= 60; second++)
            Send(second, second);
        Assert.NotNull(Clock());
        Send(100, 60.5);
        for (var second = 61; second <= 120; second++)
            Send(second, second);
        Assert.NotNull(Clock());
        Send(121, 121);
        Assert.Null(Clock());
    }

    [Fact]
    public void Each_device_has_an_alert_of_its_own_and_keeps_it_over_a_restart()
    {
        Send(100, 0, "M1");
        Send(100, 0.1, "M2");
        bed.Restart();
        Send(101, 1, "M1");
        Assert.NotNull(Clock("M1"));
        Assert.NotNull(Clock("M2"));
        Assert.Equal(2, bed.Log.Count(change => change.Alert.Sign.StartsWith(Alert.ClockSign, StringComparison.Ordinal)));
    }
}
