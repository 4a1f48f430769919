using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Live;

public class WallBoardTests
{
    private readonly WallFixture wall = new();

    [Fact]
    public void A_wall_shows_admitted_patients_by_bed()
    {
        foreach (var (number, status) in new[] { (10, PatientStatus.Admitted), (9, PatientStatus.Admitted), (8, PatientStatus.Discharged) })
            wall.Directory.Set(wall.Patient with { Id = ObjectId.Parse(number.ToString("x24")), Mrn = $"M{number}", Bed = $"{number}", Status = status });
        using var board = Board();
        Assert.Equal(["9", "10"], board.Current.ByBed.Select(tile => tile.Bed));
    }

    [Fact]
    public async Task A_viewer_is_told_of_a_change_until_it_leaves()
    {
        wall.Directory.Set(wall.Patient);
        wall.Read(VitalSign.HeartRate, 72);
        using var board = Board();
        Assert.Equal("72", board.Current.ByBed[0].HeartRate.Value.Text);
        var frames = 0;
        using var subscription = board.Subscribe(() => Interlocked.Increment(ref frames));
        await board.StartAsync(default);

        wall.Read(VitalSign.HeartRate, 80);
        await AdvanceUntilAsync(() => Volatile.Read(ref frames) > 0);
        Assert.Equal("80", board.Current.ByBed[0].HeartRate.Value.Text);

        subscription.Dispose();
        subscription.Dispose();
        wall.Read(VitalSign.HeartRate, 90);
        var told = Volatile.Read(ref frames);
        await AdvanceUntilAsync(() => board.Current.ByBed[0].HeartRate.Value.Text == "90");
        Assert.Equal(told, Volatile.Read(ref frames));
        await board.StopAsync(default);
    }

    private Task AdvanceUntilAsync(Func<bool> done) => Eventually.HoldsAsync(
        () =>
        {
            wall.Time.Advance(TimeSpan.FromSeconds(1));
            return done();
        },
        "a frame");

    private WallBoard Board() => new(
        wall.Directory, wall.Watch, wall.Live, new AlertFeed(null!, wall.Time, NullLogger<AlertFeed>.Instance), wall.Tiles, wall.Trends, wall.Time, NullLogger<WallBoard>.Instance);
}
