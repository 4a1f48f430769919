using HealthDashboard.Shared;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Shared;

public sealed class DisplayTests
{
    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(47, "47 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(7500, "2 h 05")]
    [InlineData(260000, "3 d")]
    public void Ages_are_short(int seconds, string expected) => Assert.Equal(expected, Display.Span(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("heartRate", 71.6, "72")]
    [InlineData("temperature", 38.25, "38.3")]
    [InlineData("consciousness", 2, "V")]
    [InlineData("news2", 7, "7")]
    public void Values_have_the_precision_of_their_sign(string sign, double value, string expected) =>
        Assert.Equal(expected, Display.Value(sign, value));

    [Theory]
    [InlineData("2026-10-25T12:30:00Z", "13:30:00")]
    [InlineData("2026-10-24T12:30:00Z", "24 Oct 14:30:00")]
    [InlineData("2025-10-25T12:30:00Z", "25 Oct 2025 14:30:00")]
    // On the day that clocks go back an hour comes twice.
    [InlineData("2026-10-25T00:30:00Z", "02:30:00 +02:00")]
    [InlineData("2026-10-25T01:30:00Z", "02:30:00 +01:00")]
    public void Times_are_the_hospitals(string time, string expected)
    {
        var clock = new ManualTime(DateTimeOffset.Parse("2026-10-25T20:00:00Z")) { Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam") };
        Assert.Equal(expected, Display.Clock(DateTimeOffset.Parse(time), clock));
    }

    [Theory]
    [InlineData("2026-03-29T02:30", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00Z")] // There is none: clocks go on to 03:00.
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")] // There are two.
    [InlineData("2026-10-25T04:30", "2026-10-25T03:30:00Z", "2026-10-25T03:30:00Z")]
    public void A_time_that_someone_enters_is_the_hospitals(string local, string first, string last)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
        Assert.Equal(DateTimeOffset.Parse(first), zone.FirstAt(DateTime.Parse(local)));
        Assert.Equal(DateTimeOffset.Parse(last), zone.LastAt(DateTime.Parse(local)));
    }

    [Fact]
    public void A_stretch_of_time_names_its_days()
    {
        var clock = new ManualTime { Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata") };
        var from = DateTimeOffset.Parse("2026-01-05T08:00:00Z");
        Assert.Equal("5 Jan 2026, 13:30:00 to 14:30:00", Display.Stretch(from, from.AddHours(1), clock));
        Assert.Equal("5 Jan 2026 13:30 to 6 Jan 2026 13:30", Display.Stretch(from, from.AddDays(1), clock));
    }
}
