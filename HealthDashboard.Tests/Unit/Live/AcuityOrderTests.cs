using HealthDashboard.Data.Model;
using HealthDashboard.Live;

namespace HealthDashboard.Tests.Unit.Live;

public class AcuityOrderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private readonly AcuityOrder order = new();

    [Fact]
    public void The_order_stands_for_ten_seconds_and_then_follows_the_score()
    {
        Assert.Equal("ABC", Sorted(0, Bed("A", 3), Bed("B", 2), Bed("C", 1)));
        Assert.Equal("ABC", Sorted(9, Bed("A", 0), Bed("B", 2), Bed("C", 6)));
        Assert.Equal("CBA", Sorted(10, Bed("A", 0), Bed("B", 2), Bed("C", 6)));
    }

    [Fact]
    public void A_high_alarm_that_begins_to_call_comes_first_at_once()
    {
        Assert.Equal("ABC", Sorted(0, Bed("A", 3), Bed("B", 2), Bed("C", 1)));
        Assert.Equal("CAB", Sorted(1, Bed("A", 3), Bed("B", 2), Bed("C", 1, AlertPriority.High)));
        Assert.Equal("CAB", Sorted(2, Bed("A", 3), Bed("B", 12), Bed("C", 1, AlertPriority.High)));
    }

    [Fact]
    public void A_medium_alarm_waits_its_turn()
    {
        Assert.Equal("AB", Sorted(0, Bed("A", 3), Bed("B", 2)));
        Assert.Equal("AB", Sorted(5, Bed("A", 3), Bed("B", 2, AlertPriority.Medium)));
        Assert.Equal("BA", Sorted(11, Bed("A", 3), Bed("B", 2, AlertPriority.Medium)));
    }

    [Fact]
    public void A_bed_that_comes_or_goes_is_sorted_in_at_once()
    {
        Assert.Equal("AB", Sorted(0, Bed("A", 3), Bed("B", 2)));
        Assert.Equal("CAB", Sorted(1, Bed("A", 3), Bed("B", 2), Bed("C", 9)));
        Assert.Equal("CB", Sorted(2, Bed("B", 2), Bed("C", 9)));
    }

    private string Sorted(int seconds, params IReadOnlyList<BedTile> beds) => string.Concat(order.Sort(beds, Now.AddSeconds(seconds)).Select(tile => tile.Bed));

    private static BedTile Bed(string bed, int score, AlertPriority? calling = null) => new(
        ObjectId.Parse(bed.PadLeft(24, '0')), bed, "", "", "", "", new TileScore(score, "", "", "", ""),
        calling is { } priority ? new TileAlarm(priority, "", Calls: true, Over: "", Reminder: false, More: 0) : null, default);
}
