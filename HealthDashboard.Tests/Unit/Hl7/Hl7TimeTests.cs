using HealthDashboard.Hl7;

namespace HealthDashboard.Tests.Unit.Hl7;

public sealed class Hl7TimeTests
{
    private static readonly TimeZoneInfo Amsterdam = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");

    [Theory]
    [InlineData("202601050800+0000", "2026-01-05T08:00:00.000Z")]
    [InlineData("20260105080030.1239-0530", "2026-01-05T13:30:30.123Z")]
    [InlineData("20260105080030", "2026-01-05T07:00:30.000Z")]
    [InlineData("20260705080030", "2026-07-05T06:00:30.000Z")]
    [InlineData("20251026023000", "2025-10-26T00:30:00.000Z")] // twice on that clock: the nearer to now
    public void A_moment_is_read(string text, string moment) => Assert.Equal(moment, Moment(text, null, new DateTimeOffset(2025, 10, 26, 0, 31, 0, TimeSpan.Zero)));

    [Fact]
    public void The_later_of_two_moments_counts_when_it_is_nearer() =>
        Assert.Equal("2025-10-26T01:30:00.000Z", Moment("20251026023000", null, new DateTimeOffset(2025, 10, 26, 1, 31, 0, TimeSpan.Zero)));

    [Fact]
    public void The_sender_s_zone_comes_before_the_hospital_s() => Assert.Equal("2026-01-05T13:00:00.000Z", Moment("202601050800", TimeSpan.FromHours(-5), default));

    [Theory]
    [InlineData("")]
    [InlineData("2026")]
    [InlineData("20260105")]
    [InlineData("2026010508")]
    [InlineData("202602300800")]
    [InlineData("20260105080030.")]
    [InlineData("202601050800.5")]
    [InlineData("202601050800+1")]
    [InlineData("202601050800+9900")]
    [InlineData("000101010000+1400")]
    [InlineData("999912312359-1400")]
    [InlineData("2026-01-05T08:00:00Z")]
    [InlineData("202603290230")] // clocks are set forward over it
    public void What_is_no_moment_is_refused(string text) => Assert.NotNull(Hl7Time.Read(text, new ZoneRule(null, Amsterdam, default), out _));

    private static string Moment(string text, TimeSpan? sender, DateTimeOffset now)
    {
        Assert.Null(Hl7Time.Read(text, new ZoneRule(sender, Amsterdam, now), out var milliseconds));
        return DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");
    }
}
