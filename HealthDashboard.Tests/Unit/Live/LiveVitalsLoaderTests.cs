using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Live;

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
        using var loader = LoaderOf(directory, store, after, time);
        await loader.StartAsync(default);
        await Eventually.HoldsAsync(() => after.Recent(admitted.Id, VitalSign.HeartRate).Count > 0, "the history");

        Assert.Equal(before.Latest(admitted.Id), after.Latest(admitted.Id));
        Assert.Equal(60, after.Recent(admitted.Id, VitalSign.HeartRate).Count);
        Assert.Equal(before.Recent(admitted.Id, VitalSign.HeartRate), after.Recent(admitted.Id, VitalSign.HeartRate), (a, b) => a.Time == b.Time && Math.Abs(a.Value - b.Value) < 1e-9);
        Assert.Empty(after.Latest(left.Id));
        await loader.StopAsync(default);
    }

    [Fact]
    public async Task Nothing_is_kept_of_patients_who_have_left_though_their_devices_go_on()
    {
        var time = new ManualTime();
        var directory = new PatientDirectory(new MemoryPatientStore(), new Dictionary<VitalSign, SignLimits>(), time, NullLogger<PatientDirectory>.Instance);
        await directory.LoadAsync();
        var live = new LiveVitals(time);
        using var loader = LoaderOf(directory, new MemoryVitalStore(), live, time);
        await loader.StartAsync(default);
        Patient[] patients = [.. Enumerable.Range(0, 200).Select(number => MemoryPatientStore.Make($"{number}"))];
        foreach (var patient in patients)
        {
            directory.Set(patient);
            live.Apply([new(patient.Id, VitalSign.HeartRate, 1, 70)]);
        }
        foreach (var patient in patients.Skip(1))
        {
            directory.Set(patient with { Status = PatientStatus.Discharged, Version = 2 });
            live.Apply([new(patient.Id, VitalSign.HeartRate, 2, 70)]);
        }
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return live.Count == 1;
            },
            "only the admitted patient's readings");
        await loader.StopAsync(default);
    }

    private static LiveVitalsLoader LoaderOf(PatientDirectory directory, IVitalStore store, LiveVitals live, TimeProvider time)
    {
        var watch = new RegionWatch(Options.Create(new WatchOptions()), directory, time, NullLogger<RegionWatch>.Instance);
        return new LiveVitalsLoader(
            directory, watch, live, new WallTrends(store, live, directory, time, NullLogger<WallTrends>.Instance),
            new LiveHistory(store, live, time), time, NullLogger<LiveVitalsLoader>.Instance);
    }
}
