using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Ingest;

public class IsoTimeTests
{
    [Fact]
    public void Agrees_with_the_framework_on_every_time_and_zone()
    {
        var times =
            // The years 65 to 3874: no zone leads out of what the framework can hold.
            from milliseconds in Gen.Choose(int.MinValue, int.MaxValue).Select(n => n * 28_000L)
            from minutes in Gen.Choose(-14 * 60, 14 * 60)
            from format in Gen.Elements("yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.fzzz", "yyyy-MM-dd't'HH:mm:ss.fffzzz", "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz")
            select DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToOffset(TimeSpan.FromMinutes(minutes)).ToString(format, CultureInfo.InvariantCulture);
        Prop.ForAll(times.ToArbitrary(), text =>
            IsoTime.TryParse(Encoding.ASCII.GetBytes(text), out var time)
            && time == DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("2024-02-29T00:00:00Z", 1_709_164_800_000)]
    [InlineData("1970-01-01T00:00:00.0019999Z", 1)]
    [InlineData("1969-12-31T23:59:59.999Z", -1)]
    [InlineData("2026-01-05T08:00:00z", 1_767_600_000_000)]
    public void Reads_a_time(string text, long expected)
    {
        Assert.True(IsoTime.TryParse(Encoding.ASCII.GetBytes(text), out var time));
        Assert.Equal(expected, time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-05")]
    [InlineData("2026-01-05T08:00:00")]
    [InlineData("2026-01-05T08:00Z")]
    [InlineData("2026-01-05 08:00:00Z")]
    [InlineData("2026-02-29T08:00:00Z")]
    [InlineData("2026-13-05T08:00:00Z")]
    [InlineData("2026-00-05T08:00:00Z")]
    [InlineData("0000-01-05T08:00:00Z")]
    [InlineData("2026-01-05T24:00:00Z")]
    [InlineData("2026-01-05T08:60:00Z")]
    [InlineData("2026-01-05T08:00:60Z")]
    [InlineData("2026-01-05T08:00:00.Z")]
    [InlineData("2026-01-05T08:00:00.1234567890Z")]
    [InlineData("2026-01-05T08:00:00+1:00")]
    [InlineData("2026-01-05T08:00:00+0100")]
    [InlineData("2026-01-05T08:00:00+24:00")]
    [InlineData("2026-01-05T08:00:00ZZ")]
    [InlineData("2026-01-05T-8:00:00Z")]
    [InlineData("+026-01-05T08:00:00Z")]
    public void Refuses_what_is_no_time_with_a_zone(string text) => Assert.False(IsoTime.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
