using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Live;

public class LiveVitalsTests
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");
    private readonly ManualTime time = new();
    private readonly LiveVitals live;

    public LiveVitalsTests() => live = new LiveVitals(time);

    [Fact]
    public void The_latest_reading_of_each_sign_is_by_its_own_time()
    {
        live.Apply([At(-10, 70), At(-5, 71), At(-7, 72), At(-30, 97, VitalSign.Spo2)]);
        live.Apply([At(-5, 0)]);

        Assert.Equal([At(-5, 0), At(-30, 97, VitalSign.Spo2)], live.Latest(Patient));
        Assert.Empty(live.Latest(ObjectId.New(time)));
    }

    [Fact]
    public void Ten_minutes_are_the_means_of_steps_without_sensor_off()
    {
        live.Apply([At(-20, 60), At(-19, 62), At(-15, 0), At(-10, 70), At(0, 80), At(-600, 1), At(-590, 50)]);

        var start = time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(
            [new(start - 590_000, 50), new(start - 20_000, 61), new(start - 10_000, 70), new Sample(start, 80)],
            live.Recent(Patient, VitalSign.HeartRate));
        Assert.Empty(live.Recent(Patient, VitalSign.Spo2));
    }

    [Fact]
    public void What_is_older_than_ten_minutes_leaves_by_itself()
    {
        live.Apply([At(0, 80)]);
        time.Advance(TimeSpan.FromSeconds(599));
        Assert.Single(live.Recent(Patient, VitalSign.HeartRate));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(live.Recent(Patient, VitalSign.HeartRate));
        Assert.Single(live.Latest(Patient));
    }

    [Fact]
    public void A_late_reading_does_not_wipe_out_a_newer_step()
    {
        live.Apply([At(0, 80)]);
        live.Apply([At(-600, 50)]);
        Assert.Equal(80, Assert.Single(live.Recent(Patient, VitalSign.HeartRate)).Value);
    }

    [Fact]
    public void The_version_tells_whether_there_is_something_new()
    {
        Assert.Equal(0, live.VersionOf(Patient));
        live.Apply([At(0, 80)]);
        var (before, all) = (live.VersionOf(Patient), live.Version);
        live.Apply([At(0, 80) with { PatientId = ObjectId.New(time) }]);
        Assert.Equal(before, live.VersionOf(Patient));
        Assert.NotEqual(all, live.Version);
        live.Apply([At(1, 81)]);
        Assert.NotEqual(before, live.VersionOf(Patient));
    }

    [Fact]
    public void Filling_in_the_past_keeps_what_is_newer_here()
    {
        live.Apply([At(0, 80)]);
        live.Fill(
            Patient,
            [At(-3, 70), At(-40, 97, VitalSign.Spo2)],
            new Dictionary<VitalSign, IReadOnlyList<VitalPoint>> { [VitalSign.HeartRate] = [Point(-20, 61, 10), Point(0, 99, 1)] });

        Assert.Equal([At(0, 80), At(-40, 97, VitalSign.Spo2)], live.Latest(Patient));
        Assert.Equal([61, 80], live.Recent(Patient, VitalSign.HeartRate).Select(sample => sample.Value));
    }

    [Fact]
    public void Taking_readings_of_known_patients_allocates_nothing()
    {
        Reading[] readings = [.. Enumerable.Range(0, 1000).Select(i => At(i / 10.0, 60 + (i % 40), i % 2 == 0 ? VitalSign.HeartRate : VitalSign.Spo2))];
        // What the runtime makes once for itself is not counted.
        for (var warm = 0; warm < 3; warm++)
            live.Apply(readings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        live.Apply(readings);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Readers_see_whole_readings_while_others_write()
    {
        using var stop = new CancellationTokenSource();
        // Value and time go together: a torn read would show one of another reading.
        var writing = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
                live.Apply([At(i % 600, 1 + (i % 600))]);
        });
        var start = time.GetUtcNow().ToUnixTimeMilliseconds();
        await Ingest.IngestHost.UntilAsync(() => live.Latest(Patient).Count == 1);
        for (var i = 0; i < 20_000; i++)
        {
            var latest = Assert.Single(live.Latest(Patient));
            Assert.Equal(1 + ((latest.Time - start) / 1000), latest.Value);
        }
        await stop.CancelAsync();
        await writing;
    }

    private Reading At(double seconds, double value, VitalSign sign = VitalSign.HeartRate) =>
        new(Patient, sign, time.GetUtcNow().AddSeconds(seconds).ToUnixTimeMilliseconds(), value);

    private VitalPoint Point(double seconds, double mean, long count) => new(time.GetUtcNow().AddSeconds(seconds), mean, mean, mean, count);
}
