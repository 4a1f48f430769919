using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class AgeLimitsTests
{
    private static readonly DateOnly Today = new(2026, 3, 15);
    private static readonly IReadOnlyDictionary<VitalSign, SignLimits> Adults = new AlarmOptions().DefaultLimits;

    [Theory]
    [InlineData("2026-03-15", "neonate", 90.0, 181.0, 25.0, 66.0, 60.0, 84.0)]
    [InlineData("2026-02-16", "neonate", 90.0, 181.0, 25.0, 66.0, 60.0, 84.0)]
    [InlineData("2026-02-15", "infant", 93.0, 181.0, 22.0, 66.0, 70.0, 104.0)]
    [InlineData("2025-03-16", "infant", 93.0, 181.0, 22.0, 66.0, 70.0, 104.0)]
    [InlineData("2025-03-15", "child of 1 or 2", 76.0, 156.0, 18.0, 53.0, 72.0, 106.0)]
    [InlineData("2021-03-15", "child of 3 to 5", 65.0, 136.0, 17.0, 33.0, 80.0, 112.0)]
    [InlineData("2014-03-16", "child of 6 to 11", 52.0, 123.0, 14.0, 27.0, 90.0, 120.0)]
    [InlineData("2014-03-15", "adolescent", 47.0, 108.0, 12.0, 23.0, 90.0, 131.0)]
    [InlineData("2010-03-16", "adolescent", 47.0, 108.0, 12.0, 23.0, 90.0, 131.0)]
    [InlineData("2010-03-15", "adult", 50.0, 120.0, 8.0, 30.0, 90.0, 160.0)]
    public void Each_age_has_the_defaults_of_the_table(
        string born, string band, double heartLow, double heartHigh, double breathLow, double breathHigh, double systolicLow, double systolicHigh)
    {
        var patient = Born(born);
        var limits = AgeLimits.Of(patient, Today, Adults);
        Assert.Equal(band, AgeLimits.NameOf(patient, Today));
        Assert.Equal((heartLow, heartHigh), (limits[VitalSign.HeartRate].Low, limits[VitalSign.HeartRate].High));
        Assert.Equal((breathLow, breathHigh), (limits[VitalSign.RespiratoryRate].Low, limits[VitalSign.RespiratoryRate].High));
        Assert.Equal((systolicLow, systolicHigh), (limits[VitalSign.Systolic].Low, limits[VitalSign.Systolic].High));
    }

    [Fact]
    public void Every_ages_defaults_may_be_set_and_have_high_alarms_where_adults_have()
    {
        for (var days = 0; days < 17 * 366; days += 13)
        {
            var limits = AgeLimits.Of(Born(Today.AddDays(-days).ToString("yyyy-MM-dd", null)), Today, Adults);
            Assert.Empty(LimitRules.Check(limits, AlarmRules.Default));
            Assert.True(limits[VitalSign.HeartRate] is { ExtremeLow: not null, ExtremeHigh: not null });
            Assert.NotNull(limits[VitalSign.RespiratoryRate].ExtremeLow);
        }
    }

    [Fact]
    public void For_an_infant_of_6_months_140_40_and_80_are_right_and_62_and_12_are_high_alarms()
    {
        var limits = AgeLimits.Of(Born("2025-09-15"), Today, Adults);
        Assert.True(limits[VitalSign.HeartRate] is { Low: < 140, High: > 140, ExtremeLow: > 62 });
        Assert.True(limits[VitalSign.RespiratoryRate] is { Low: < 40, High: > 40, ExtremeLow: > 12 });
        Assert.True(limits[VitalSign.Systolic] is { Low: < 80, High: > 80 });
        Assert.Equal(Adults[VitalSign.Spo2], limits[VitalSign.Spo2]);
    }

    [Theory]
    [InlineData("2026-03-01", "2026-03-29")]
    [InlineData("2025-09-15", "2026-09-15")]
    [InlineData("2012-02-29", "2027-02-28")]
    [InlineData("2010-03-16", "2026-03-16")]
    [InlineData("2010-03-15", null)]
    public void The_next_change_is_the_next_birthday_until_16(string born, string? next) =>
        Assert.Equal(next is null ? null : DateOnly.Parse(next, null), AgeLimits.NextChange(Born(born), Today));

    private static Patient Born(string day) => new()
    {
        Mrn = "M1",
        Region = "North",
        Ward = "Children",
        GivenName = "Ada",
        FamilyName = "Berg",
        BirthDate = DateOnly.Parse(day, null),
    };
}
