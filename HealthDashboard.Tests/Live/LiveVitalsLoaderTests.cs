using HealthDashboard.Data.Model;
using HealthDashboard.Live;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Ingest;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Live;

public class LiveVitalsLoaderTests
{
    [Fact]
    public async Task After_a_restart_the_screens_are_as_before()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 1, 5, 8, 0, 3, TimeSpan.Zero));
        var (admitted, left) = (MemoryPatientStore.Make("A"), MemoryPatientStore.Make("B") with { Status = PatientStatus.Discharged });
        var directory = new PatientDirectory(new MemoryPatientStore(), new Dictionary<VitalSign, SignLimits>(), time, NullLogger<PatientDirectory>.Instance);
        await directory.LoadAsync();
        directory.Set(admitted);
        directory.Set(left);
        Reading[] readings =
        [
            .. Enumerable.Range(0, 700).Select(i => new Reading(admitted.Id, VitalSign.HeartRate, time.GetUtcNow().AddSeconds(-i).ToUnixTimeMilliseconds(), 60 + (i % 40))),
            new(admitted.Id, VitalSign.Temperature, time.GetUtcNow().AddHours(-3).ToUnixTimeMilliseconds(), 37),
            new(left.Id, VitalSign.HeartRate, time.GetUtcNow().ToUnixTimeMilliseconds(), 70),
        ];
        var store = new MemoryVitalStore();
        await store.AppendAsync(readings);
        var before = new LiveVitals(time);
        before.Apply(readings);

        var after = new LiveVitals(time);
        using var loader = new LiveVitalsLoader(directory, new LiveHistory(store, after, time), NullLogger<LiveVitalsLoader>.Instance);
        await loader.StartAsync(default);
        await loader.ExecuteTask!;

        Assert.Equal(before.Latest(admitted.Id), after.Latest(admitted.Id));
        Assert.Equal(60, after.Recent(admitted.Id, VitalSign.HeartRate).Count);
        Assert.Equal(before.Recent(admitted.Id, VitalSign.HeartRate), after.Recent(admitted.Id, VitalSign.HeartRate), (a, b) => a.Time == b.Time && Math.Abs(a.Value - b.Value) < 1e-9);
        Assert.Empty(after.Latest(left.Id));
    }
}
