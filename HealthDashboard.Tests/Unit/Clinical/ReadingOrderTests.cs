using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Clinical;

public class ReadingOrderTests
{
    private const long Now = 1_000_000;

    private static readonly ObjectId Patient = ObjectId.New(TimeProvider.System);

    // A few moments and signs, so that many are equal; some ahead of their arrival, some ahead of now.
    private static readonly Gen<(VitalSign Sign, long Time, long Arrived)> One =
        from sign in Gen.Elements(VitalSign.HeartRate, VitalSign.Spo2, VitalSign.Temperature)
        from time in Gen.Choose(-20, 5)
        from arrived in Gen.Elements<long>(0, Now - 10, Now)
        select (sign, Now + time, arrived);

    [Fact]
    public void Readings_come_by_effective_time_own_time_and_sign_and_else_as_they_arrived() =>
        Prop.ForAll(One.ArrayOf().ToArbitrary(), Holds).QuickCheckThrowOnFailure();

    [Fact]
    public void So_do_many_that_come_in_the_worst_order() =>
        Holds([.. Enumerable.Range(0, 2_000).Select(i => (i % 2 == 0 ? VitalSign.Spo2 : VitalSign.HeartRate, Now - (i / 4), 0L))]);

    private static void Holds((VitalSign Sign, long Time, long Arrived)[] made)
    {
        // Each has its place as its value.
        Reading[] arrived = [.. made.Select((one, i) => new Reading(Patient, one.Sign, one.Time, i, null, one.Arrived))];
        var before = arrived.ToArray();
        using var order = new ReadingOrder(arrived, Now);

        // LINQ's ordering is stable.
        var expected = before.OrderBy(reading => Math.Min(Math.Min(reading.Time, reading.Arrived == 0 ? long.MaxValue : reading.Arrived), Now))
            .ThenBy(reading => reading.Time)
            .ThenBy(reading => reading.Sign);
        Assert.Equal(expected, order.InOrder.ToArray());
        Assert.Equal(before, arrived);
    }
}
