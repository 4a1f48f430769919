using HealthDashboard.Charts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Charts;

public class ChartSourceTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");
    private readonly MemoryVitals vitals = new();

    [Fact]
    public async Task A_charted_value_holds_until_the_next_or_until_it_is_too_old()
    {
        await ChartAsync(VitalSign.OxygenFlow, (-30, 2), (-20, 4), (-19, 4), (-3, 0));
        var window = ChartWindow.Around(Now.AddHours(-24), Now);

        var stretches = await Source().StretchesAsync(Patient, VitalSign.OxygenFlow, window, default);

        Assert.Equal([2, 4, 0], stretches.Select(stretch => stretch.Value));
        Assert.Equal(window.From, stretches[0].From);
        // 12 hours after the last entry of 4 L/min nothing is known any more, until the next one.
        Assert.InRange((stretches[1].To - Now).TotalHours, -7.1, -6.9);
        Assert.Equal(window.To, stretches[2].To);
    }

    [Fact]
    public void Over_the_silence_of_a_device_no_line_is_drawn_but_between_cuff_readings_one_is()
    {
        var (short_, long_) = (TimeSpan.FromSeconds(3), TimeSpan.FromHours(1));
        Assert.InRange(Source().GapOf(VitalSign.HeartRate, short_), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
        Assert.Equal(1.5 * long_, Source().GapOf(VitalSign.HeartRate, long_));
        Assert.Equal(TimeSpan.FromHours(1), Source().GapOf(VitalSign.Systolic, short_));
    }

    private ChartSource Source() => new(vitals, null!, AlarmRules.Default);

    private Task ChartAsync(VitalSign sign, params (int Hours, double Value)[] entries) =>
        vitals.AppendAsync([.. entries.Select(entry => new Reading(Patient, sign, Now.AddHours(entry.Hours).ToUnixTimeMilliseconds(), entry.Value))]);
}
