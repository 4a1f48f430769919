using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Sqlite.Vitals;

/// <summary>
/// The store against a sorted dictionary: whatever arrives, late, repeated, out of order, sensor off, with folds, crashes and
/// restarts in between, readings and charts are those of the dictionary.
/// </summary>
public class VitalModelTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private static readonly long Base = Now.AddDays(-2).ToUnixTimeMilliseconds();
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    // Few enough times that they repeat; around the edges of hours and days.
    private static readonly Gen<long> Time = Gen.OneOf(
        Gen.Choose(0, 40).Select(i => Base + (i * 1000L)),
        Gen.Choose(0, 60).Select(i => Base + (16 * 3_600_000L) - 30_000 + (i * 1000L)),
        Gen.Choose(0, 47).Select(i => Base + (i * 3_600_000L) + 1),
        Gen.Choose(0, 2 * 86_400_000 - 1).Select(i => Base + i));

    private static readonly Gen<Sample> AnySample =
        from time in Time
        from value in Gen.OneOf(Gen.Choose(0, 120).Select(whole => (double)whole), Gen.Constant(0.0), Gen.Choose(0, 9999).Select(whole => whole / 100.0))
        select new Sample(time, value);

    private static readonly Gen<Step> AnyStep = Gen.Frequency(
        (6, from sign in Sign from samples in AnySample.NonEmptyListOf() select new Step(Do.Append, sign, [.. samples])),
        (2, from sign in Sign from samples in AnySample.NonEmptyListOf() select new Step(Do.Import, sign, [.. samples.DistinctBy(s => s.Time).OrderBy(s => s.Time)])),
        (2, Gen.Constant(new Step(Do.Fold))),
        (1, Gen.Constant(new Step(Do.Restart))),
        (1, Gen.Constant(new Step(Do.Crash))));

    private static Gen<VitalSign> Sign => Gen.Elements(VitalSign.HeartRate, VitalSign.OxygenFlow);

    [Fact]
    public void The_store_is_a_sorted_dictionary() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(AnyStep.NonEmptyListOf().ToArbitrary(), steps => RunAsync([.. steps])));

    private static async Task RunAsync(Step[] steps)
    {
        using var directory = new TempDirectory();
        var model = new Dictionary<VitalSign, SortedDictionary<long, double>>
        {
            [VitalSign.HeartRate] = [],
            [VitalSign.OxygenFlow] = [],
        };
        var store = Open(directory, foldOnClose: true);
        try
        {
            foreach (var step in steps)
            {
                foreach (var sample in step.Samples ?? [])
                    model[step.Sign][sample.Time] = sample.Value;
                switch (step.Do)
                {
                    case Do.Append:
                        await store.AppendAsync([.. step.Samples!.Select(sample => new Reading(Patient, step.Sign, sample.Time, sample.Value, "d"))]);
                        break;
                    case Do.Import:
                        await store.ImportAsync(Patient, step.Sign, step.Samples!);
                        break;
                    case Do.Fold:
                        await store.FoldAsync();
                        break;
                    default:
                        await store.DisposeAsync();
                        store = Open(directory, foldOnClose: step.Do == Do.Restart);
                        break;
                }
                foreach (var (sign, expected) in model)
                    await CompareAsync(store, sign, expected);
            }
            await store.FoldAsync();
            Assert.Equal(model.Values.Sum(expected => expected.Count), (await store.StatisticsAsync()).RawReadings);
        }
        finally
        {
            await store.DisposeAsync();
        }
    }

    private static async Task CompareAsync(SqliteVitalStore store, VitalSign sign, SortedDictionary<long, double> expected)
    {
        Assert.Equal(
            expected.Select(pair => new Sample(pair.Key, pair.Value)), await store.ReadAsync(Patient, sign, Now.AddDays(-3), Now.AddDays(1)));
        var latest = (await store.LatestAsync(Patient)).Where(reading => reading.Sign == sign).Select(reading => (reading.Time, reading.Value));
        Assert.Equal(expected.TakeLast(1).Select(pair => (pair.Key, pair.Value)), latest);

        foreach (var (from, to, points) in Charts)
        {
            var plan = ChartPlan.For(from, to, points, 0);
            var naive = expected
                .Where(pair => pair.Key >= plan.Start && pair.Key < plan.End && (pair.Value != 0 || !sign.Info().ZeroIsSensorOff))
                .GroupBy(pair => (pair.Key - plan.Start) / plan.Width, pair => pair.Value)
                .Select(part => (Time: plan.Start + (part.Key * plan.Width), Min: part.Min(), Max: part.Max(), Mean: part.Average(), Count: part.LongCount()))
                .ToList();
            var drawn = await store.ChartAsync(
                Patient, sign, DateTimeOffset.FromUnixTimeMilliseconds(from), DateTimeOffset.FromUnixTimeMilliseconds(to), points);

            Assert.Equal(
                naive.Select(part => (part.Time, part.Min, part.Max, part.Count)),
                drawn.Select(point => (point.Time.ToUnixTimeMilliseconds(), point.Min, point.Max, point.Count)));
            Assert.All(naive.Zip(drawn), pair => Assert.Equal(pair.First.Mean, pair.Second.Mean, 1e-9));
        }
    }

    // One for each level, with odd edges.
    private static readonly (long From, long To, int Points)[] Charts =
    [
        (Base + 1, Base + 40_000, 7),
        (Base + 3_600_000, Base + (20 * 3_600_000L) + 5, 500),
        (Base + 123_456, Base + (47 * 3_600_000L), 200),
        (Base - (20 * 86_400_000L) + 5, Base + (30 * 86_400_000L), 400),
        (Base - (100 * 86_400_000L) + 5, Base + (100 * 86_400_000L), 50),
    ];

    private static SqliteVitalStore Open(TempDirectory directory, bool foldOnClose) => new(
        new SqliteVitalOptions { Directory = directory.Path, FoldOnClose = foldOnClose }, new ManualTime(Now), NullLogger<SqliteVitalStore>.Instance);

    private enum Do
    {
        Append,
        Import,
        Fold,
        Restart,
        Crash,
    }

    private sealed record Step(Do Do, VitalSign Sign = VitalSign.HeartRate, Sample[]? Samples = null);
}
