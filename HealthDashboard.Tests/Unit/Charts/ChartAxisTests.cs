using HealthDashboard.Charts;

namespace HealthDashboard.Tests.Unit.Charts;

public class ChartAxisTests
{
    [Theory]
    // Clocks go from 02:00 to 03:00: there is no 02:00.
    [InlineData("Europe/Amsterdam", "2026-03-29T00:00+01:00", 5, "29 Mar, 01:00, 03:00, 04:00, 05:00", "0, 60, 120, 180, 240")]
    [InlineData("Europe/Amsterdam", "2026-03-29T00:00+01:00", 23, "29 Mar, 06:00, 12:00, 18:00", "0, 300, 660, 1020")]
    // Clocks go from 03:00 back to 02:00: there are two, an hour apart.
    [InlineData("Europe/Amsterdam", "2026-10-25T00:00+02:00", 5, "25 Oct, 01:00, 02:00, 02:00, 03:00", "0, 60, 120, 180, 240")]
    [InlineData("Europe/Amsterdam", "2026-10-25T00:00+02:00", 25, "25 Oct, 06:00, 12:00, 18:00", "0, 420, 780, 1140")]
    [InlineData("Asia/Kolkata", "2026-03-29T10:00+05:30", 5, "10:00, 11:00, 12:00, 13:00, 14:00", "0, 60, 120, 180, 240")]
    [InlineData("Asia/Kathmandu", "2026-03-29T22:50+05:45", 3, "23:00, 23:30, 30 Mar, 00:30, 01:00, 01:30", "10, 40, 70, 100, 130, 160")]
    [InlineData("UTC", "2026-03-29T00:00+00:00", 5, "29 Mar, 01:00, 02:00, 03:00, 04:00", "0, 60, 120, 180, 240")]
    public void Hours_are_marked_where_the_hospitals_clocks_show_them(string zone, string from, int hours, string labels, string minutes)
    {
        var (start, ticks) = TicksOf(zone, from, TimeSpan.FromHours(hours));
        Assert.Equal(labels, string.Join(", ", ticks.Select(tick => tick.Label)));
        Assert.Equal(minutes, string.Join(", ", ticks.Select(tick => (tick.Time - start) / 60_000)));
    }

    [Theory]
    // A day of 23 hours, and one of 25.
    [InlineData("Europe/Amsterdam", "2026-03-27T00:00+01:00", 7, "27 Mar, 28 Mar, 29 Mar, 30 Mar, 31 Mar, 1 Apr, 2 Apr, 3 Apr", "0, 24, 48, 71, 95, 119, 143, 167")]
    [InlineData("Europe/Amsterdam", "2026-10-23T00:00+02:00", 5, "23 Oct, 24 Oct, 25 Oct, 26 Oct, 27 Oct", "0, 24, 48, 73, 97")]
    // Clocks go from midnight to 01:00: the day begins then.
    [InlineData("Africa/Cairo", "2026-04-23T00:00+02:00", 3, "23 Apr, 12:00, 12:00, 25 Apr, 12:00, 26 Apr", "0, 12, 35, 47, 59, 71")]
    [InlineData("Africa/Cairo", "2026-04-22T00:00+02:00", 5, "22 Apr, 23 Apr, 24 Apr, 25 Apr, 26 Apr, 27 Apr", "0, 24, 48, 71, 95, 119")]
    [InlineData("Europe/Amsterdam", "2026-03-01T00:00+01:00", 30, "2 Mar, 9 Mar, 16 Mar, 23 Mar, 30 Mar", "24, 192, 360, 528, 695")]
    [InlineData("UTC", "2025-12-15T00:00+00:00", 365, "2026, Mar, May, Jul, Sep, Nov", "408, 1824, 3288, 4752, 6240, 7704")]
    public void Days_are_marked_where_they_begin(string zone, string from, int days, string labels, string hours)
    {
        var (start, ticks) = TicksOf(zone, from, TimeSpan.FromDays(days));
        Assert.Equal(labels, string.Join(", ", ticks.Select(tick => tick.Label)));
        Assert.Equal(hours, string.Join(", ", ticks.Select(tick => (tick.Time - start) / 3_600_000)));
    }

    [Fact]
    public void A_minute_is_marked_in_seconds() => Assert.Equal(
        ["08:00:10", "08:00:20", "08:00:30", "08:00:40", "08:00:50", "08:01:00"],
        TicksOf("Asia/Kolkata", "2026-01-05T08:00:05+05:30", TimeSpan.FromMinutes(1)).Ticks.Select(tick => tick.Label));

    [Fact]
    public void No_window_has_more_marks_than_fit_nor_too_few_to_read()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
        for (var span = ChartWindow.Shortest; span < ChartWindow.Longest; span *= 1.1)
        {
            var from = DateTimeOffset.Parse("2026-03-20T04:07:11Z");
            Assert.InRange(ChartAxis.Ticks(from, from + span, zone).Count, 2, 8);
        }
    }

    private static (long Start, IReadOnlyList<ChartTick> Ticks) TicksOf(string zone, string from, TimeSpan span)
    {
        var start = DateTimeOffset.Parse(from);
        return (start.ToUnixTimeMilliseconds(), ChartAxis.Ticks(start, start + span, TimeZoneInfo.FindSystemTimeZoneById(zone)));
    }
}
