using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Fhir;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>Every value is met once and in order, however sparse or dense the values lie, and only what is asked for is read.</summary>
public sealed class VitalWalkTests : IAsyncLifetime
{
    private const VitalSign Sign = VitalSign.HeartRate;
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 12, 0, 30, TimeSpan.Zero);
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly TempDirectory directory = new();
    private SqliteVitalStore store = null!;

    private static long RawFrom => Now.AddDays(-7).ToUnixTimeMilliseconds();

    public ValueTask InitializeAsync()
    {
        store = new SqliteVitalStore(new SqliteVitalOptions { Directory = directory.Path }, new ManualTime(Now), NullLogger<SqliteVitalStore>.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        directory.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sparse_years_and_a_dense_hour_are_walked_in_order(bool newestFirst)
    {
        // One a year long ago, one a minute for a day long ago, then raw ones: each second of an hour, one on another day, and sensor off.
        long[] old = [.. Enumerable.Range(1, 8).Select(i => Now.AddYears(-i).ToUnixTimeMilliseconds()), .. Enumerable.Range(0, 1440).Select(i => Now.AddDays(-40).AddMinutes(i).ToUnixTimeMilliseconds())];
        long[] young = [.. Enumerable.Range(0, 3600).Select(i => Now.AddHours(-5).AddSeconds(i).ToUnixTimeMilliseconds()), Now.AddDays(-3).ToUnixTimeMilliseconds()];
        await store.ImportAsync(Patient, Sign, [.. old.Concat(young).Order().Select(time => new Sample(time, Value(time)))]);
        await store.AppendAsync([new Reading(Patient, Sign, Now.AddMinutes(-1).ToUnixTimeMilliseconds(), 0)]);

        var met = await WalkAsync(store, newestFirst, 0, Now.AddMinutes(1).ToUnixTimeMilliseconds());

        var expected = old.Select(time => time - (time % 60_000)).Concat(young).Order();
        Assert.Equal(newestFirst ? expected.Reverse() : expected, met.Select(value => value.Time));
        Assert.All(met.Where(value => value.Minute is null), value => Assert.Equal(Value(value.Time), value.Value));
        Assert.All(met.Where(value => value.Minute is not null), value => Assert.Equal(1, value.Minute!.Value.Count));
    }

    [Theory]
    [InlineData(-5 * 3600, -5 * 3600 + 100)]
    [InlineData(-5 * 3600 + 17, -4 * 3600)]
    public async Task A_stretch_has_only_its_own(int from, int to)
    {
        var times = Enumerable.Range(0, 3600).Select(i => Now.AddHours(-5).AddSeconds(i).ToUnixTimeMilliseconds()).ToArray();
        await store.ImportAsync(Patient, Sign, [.. times.Select(time => new Sample(time, Value(time)))]);
        var (first, end) = (Now.AddSeconds(from).ToUnixTimeMilliseconds(), Now.AddSeconds(to).ToUnixTimeMilliseconds());

        var met = await WalkAsync(store, newestFirst: true, first, end);

        Assert.Equal(times.Where(time => time >= first && time < end).Reverse(), met.Select(value => value.Time));
    }

    [Fact]
    public async Task The_newest_of_a_long_dense_history_costs_a_few_reads()
    {
        var times = Enumerable.Range(0, 100_000).Select(i => Now.AddSeconds(-i).ToUnixTimeMilliseconds()).Reverse();
        await store.ImportAsync(Patient, Sign, [.. times.Select(time => new Sample(time, Value(time)))]);
        var counting = new CountingVitals(store);

        var met = await WalkAsync(counting, newestFirst: true, 0, Now.AddSeconds(1).ToUnixTimeMilliseconds(), most: 10);

        Assert.Equal(10, met.Count);
        Assert.True(counting.Samples <= 1_000, $"{counting.Samples} readings");
        Assert.True(counting.Calls <= 12, $"{counting.Calls} calls");
    }

    private static double Value(long time) => 60 + (time / 1000 % 40);

    private static async Task<List<Measured>> WalkAsync(IVitalStore vitals, bool newestFirst, long from, long to, int most = int.MaxValue)
    {
        List<Measured> met = [];
        await foreach (var value in new VitalWalk(vitals, Patient, Sign, RawFrom, newestFirst).GoAsync(from, to, TestContext.Current.CancellationToken))
        {
            met.Add(value);
            if (met.Count == most)
                break;
        }
        return met;
    }

    private sealed class CountingVitals(IVitalStore inner) : IVitalStore
    {
        public int Calls { get; private set; }

        public int Samples { get; private set; }

        public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default) => inner.AppendAsync(readings, cancel);

        public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) => inner.ImportAsync(patientId, sign, samples, cancel);

        public Task<IReadOnlyList<VitalPoint>> ChartAsync(ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default)
        {
            Calls++;
            return inner.ChartAsync(patientId, sign, from, to, points, cancel);
        }

        public async Task<IReadOnlyList<Sample>> ReadAsync(ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default)
        {
            Calls++;
            var samples = await inner.ReadAsync(patientId, sign, from, to, cancel);
            Samples += samples.Count;
            return samples;
        }

        public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) => inner.LatestAsync(patientId, cancel);
    }
}
