using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Live;

public class BedTilesTests
{
    private readonly WallFixture wall = new();

    [Fact]
    public void A_tile_is_the_same_object_until_something_it_shows_changes()
    {
        wall.Read(VitalSign.HeartRate, 72);
        var first = wall.Tile();
        wall.Time.Advance(TimeSpan.FromSeconds(1));
        wall.Read(VitalSign.HeartRate, 72.3);

        Assert.Same(first, wall.Tile(first));

        wall.Read(VitalSign.HeartRate, 73);
        Assert.Equal("73", wall.Tile(first).HeartRate.Value.Text);
    }

    [Fact]
    public void A_score_with_parts_missing_reads_at_least_and_names_them()
    {
        wall.Read(VitalSign.HeartRate, 135);
        var score = wall.Tile().Score;
        Assert.Equal("\u22653", score.Text);
        Assert.Contains("missing respiratory rate", score.Title, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patient_of_whom_nothing_is_known_has_no_score() => Assert.Equal("\u2013", wall.Tile().Score.Text);

    [Fact]
    public void A_pressure_is_shown_only_while_it_is_current()
    {
        wall.Read(VitalSign.Systolic, 118);
        wall.Read(VitalSign.Diastolic, 74);
        Assert.Equal("118/74", wall.Tile().Pressure.Value.Text);

        wall.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(("\u2013", ValueState.Stale), (wall.Tile().Pressure.Value.Text, wall.Tile().Pressure.Value.State));
    }

    [Fact]
    public void What_nobody_has_taken_goes_before_what_is_more_urgent_but_taken()
    {
        var tile = wall.Tile(null, wall.Alert(VitalSign.Spo2, AlertPriority.High, AlertResponse.Acknowledged), wall.Alert(VitalSign.HeartRate, AlertPriority.Medium));
        Assert.Equal((AlertPriority.Medium, true, 1), (tile.Alarm!.Priority, tile.Alarm.Calls, tile.Alarm.More));
        Assert.Equal(new AlarmCounts(1, 1, 0), tile.Alarms);
        Assert.Equal(AlertPriority.High, tile.Spo2.Alarm);
    }

    [Fact]
    public async Task A_trend_is_that_of_half_an_hour()
    {
        wall.Directory.Set(wall.Patient);
        var now = wall.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await wall.Vitals.AppendAsync([new(wall.Patient.Id, VitalSign.HeartRate, now - (30 * 60_000), 60)]);
        wall.Read(VitalSign.HeartRate, 90);
        using var stop = new CancellationTokenSource();
        var running = wall.Trends.RunAsync(() => true, stop.Token);
        wall.Time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => wall.Trends.Of(wall.Patient.Id).AsOf != default, "a trend");

        Assert.Equal(Trend.Rising, wall.Tile().HeartRate.Trend);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
