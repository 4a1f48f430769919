using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using HealthDashboard.Wall;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Live;

public class WallBoardTests
{
    private readonly WallFixture wall = new();
    private readonly AlertFeed feed;

    public WallBoardTests() => feed = new AlertFeed(null!, wall.Time, NullLogger<AlertFeed>.Instance);

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

    [Fact]
    public void Who_leaves_a_bed_leaves_its_place_on_the_wall()
    {
        wall.Directory.Set(wall.Patient with { Bed = "1", Id = ObjectId.New(wall.Time), Mrn = "M1" });
        wall.Directory.Set(wall.Patient with { Bed = "2" });
        using var board = Board();
        Assert.Equal(["1", "2"], board.Current.ByBed.Select(tile => tile.Bed));

        wall.Directory.Set(wall.Patient with { Bed = "3", Version = 2 });
        wall.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([("1", false), ("2", true), ("3", false)], board.Current.ByBed.Select(tile => (tile.Bed, tile.IsEmpty)));
        Assert.Equal(["1", "3"], board.Current.ByAcuity.Select(tile => tile.Bed).Order());

        wall.Directory.Set(wall.Patient with { Bed = "2", Version = 3 });
        wall.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([("1", false), ("2", false), ("3", true)], board.Current.ByBed.Select(tile => (tile.Bed, tile.IsEmpty)));
    }

    [Fact]
    public void Who_calls_is_one_entry_with_all_that_waits_the_most_urgent_first()
    {
        wall.Directory.Set(wall.Patient);
        Alert[] alerts =
        [
            wall.Alert(VitalSign.HeartRate, AlertPriority.Medium), wall.Alert(VitalSign.Spo2, AlertPriority.High),
            wall.Alert(VitalSign.Temperature, AlertPriority.Low), wall.Alert(VitalSign.Systolic, AlertPriority.High) with { Response = AlertResponse.Acknowledged },
        ];
        feed.ShowUnrecorded(alerts.Select(alert => new AlertChange(AlertChangeKind.Raised, alert with { Version = 1 }, AlertChange.SystemActor, wall.Time.GetUtcNow())));
        using var board = Board();

        var call = Assert.Single(board.Current.Calls);
        Assert.Equal(["spo2", "heartRate"], call.Alerts.Select(alert => alert.Sign));
        Assert.EndsWith("+1", call.Text, StringComparison.Ordinal);
        wall.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Same(call, board.Current.Calls[0]);
    }

    [Fact]
    public void Alerts_on_whole_wards_call_beside_those_of_patients()
    {
        var (ward, other) = (Ward(AlertPriority.Low, "South/Surgery"), Ward(AlertPriority.Medium, "North/ICU"));
        feed.ShowUnrecorded(new[] { ward, other, wall.Alert(VitalSign.Spo2, AlertPriority.High) }
            .Select(alert => new AlertChange(AlertChangeKind.Raised, alert with { Version = 1 }, AlertChange.SystemActor, wall.Time.GetUtcNow())));
        using var board = Board();

        Assert.Equal(["North/ICU", "South/Surgery"], board.Current.Calls.Select(call => call.Worst.Group));
        Assert.Equal(["North/ICU"], new WallFilter("North").ApplyToCalls(board.Current).Select(call => call.Worst.Group));

        Alert Ward(AlertPriority priority, string group) => wall.Alert(VitalSign.HeartRate, priority) with { Group = group, PatientId = ObjectId.New(wall.Time) };
    }

    private Task AdvanceUntilAsync(Func<bool> done) => Eventually.HoldsAsync(
        () =>
        {
            wall.Time.Advance(TimeSpan.FromSeconds(1));
            return done();
        },
        "a frame");

    private WallBoard Board() => new(
        wall.Directory, wall.Watch, wall.Live, feed, wall.Tiles, wall.Trends, wall.Time, NullLogger<WallBoard>.Instance);
}
