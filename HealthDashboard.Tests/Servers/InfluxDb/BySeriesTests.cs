using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Servers.InfluxDb;

public sealed class BySeriesTests
{
    private static readonly VitalSign[] Signs = [VitalSign.HeartRate, VitalSign.Spo2, VitalSign.Temperature];

    [Fact]
    public void Sorting_keeps_the_last_reading_of_each_moment_series_after_series_in_time_order()
    {
        var reading =
            from patient in Gen.Choose(0, 3)
            from sign in Gen.Elements(Signs)
            from at in Gen.Choose(0, 200_000)
            from value in Gen.Choose(0, 3)
            select new Reading(ObjectId.Parse($"0123456789abcdef0123456{patient}"), sign, at / 500 * 500, value);
        Prop.ForAll(reading.ArrayOf().ToArbitrary(), readings =>
        {
            var last = new Dictionary<(ObjectId, VitalSign, long), Reading>();
            foreach (var one in readings)
                last[(one.PatientId, one.Sign, one.Time)] = one;

            var sorted = BySeries.Sort(readings);

            Assert.Equal(last.Values.OrderBy(Key), sorted.OrderBy(Key));
            var series = sorted.Select(one => (one.PatientId, one.Sign)).ToList();
            for (var i = 1; i < sorted.Count; i++)
                Assert.True(series[i] == series[i - 1] ? sorted[i].Time > sorted[i - 1].Time : !series[..i].Contains(series[i]));

            foreach (var (key, minute) in MinuteCounter.Count(sorted))
            {
                var there = last.Values.Where(one => (one.PatientId, one.Sign) == (key.Patient, key.Sign) && one.Time / 60_000 * 60_000 == key.Time).ToList();
                var valid = there.Where(one => !one.IsSensorOff).Select(one => one.Value).ToList();
                Assert.Equal((there.Count, valid.Count, valid.Sum()), (minute.Readings, minute.Valid.Count, minute.Valid.Sum));
                if (valid.Count > 0)
                    Assert.Equal((valid.Min(), valid.Max()), (minute.Valid.Min, minute.Valid.Max));
            }
        }).QuickCheckThrowOnFailure();
    }

    private static (string, VitalSign, long) Key(Reading reading) => (reading.PatientId.ToString(), reading.Sign, reading.Time);
}
