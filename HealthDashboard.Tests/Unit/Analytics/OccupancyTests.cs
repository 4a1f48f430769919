using HealthDashboard.Analytics;

namespace HealthDashboard.Tests.Unit.Analytics;

public sealed class OccupancyTests
{
    [Fact]
    public async Task Beds_are_taken_by_whoever_lay_in_them_at_each_hour_of_the_day()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        await world.RollUpAsync();
        // One patient stays in the ICU. The other leaves it for another ward on the second of three days, at five.
        var from = AlarmLoadWorld.Start.AddDays(69);
        var report = await world.ReadAsync(AlarmLoadQuery.Of(from, from.AddDays(3)));
        var wards = Occupancy.Of(report, TimeZoneInfo.Utc).ToDictionary(ward => ward.Ward.Ward, ward => ward.Beds);
        Assert.Equal(["ICU", "Ward 2"], wards.Keys.Order(StringComparer.Ordinal));
        for (var hour = 0; hour < 24; hour++)
        {
            Assert.Equal(hour < 5 ? 5 / 3.0 : 4 / 3.0, wards["ICU"][hour], 9);
            Assert.Equal(hour < 5 ? 1 / 3.0 : 2 / 3.0, wards["Ward 2"][hour], 9);
        }
        Assert.Equal("M0 40V6.7H10V", new Occupancy(new("N", "W", ""), wards["ICU"]).Path(2)[..13]);
    }

    [Fact]
    public async Task Only_hours_that_are_known_count()
    {
        await using var world = await AlarmLoadWorld.StartAsync();
        await world.RollUpAsync();
        var report = await world.ReadAsync(AlarmLoadQuery.Of(world.Now.AddHours(-30), world.Now.AddDays(4)));
        Assert.Equal(1, Occupancy.Of(report, TimeZoneInfo.Utc).Single(ward => ward.Ward.Ward == "ICU").Beds.Max(), 9);
    }
}
