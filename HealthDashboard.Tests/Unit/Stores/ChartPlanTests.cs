using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Unit.Stores;

public class ChartPlanTests
{
    private const long Hour = 3_600_000;

    private static readonly Gen<(long From, long To, int Points)> Stretch =
        from start in Gen.Choose(-1_000_000, 30_000_000)
        from odd in Gen.Choose(0, 59_999)
        from scale in Gen.Elements(1, 1000, 60_000, 3_600_000)
        from length in Gen.Choose(1, 200_000)
        from points in Gen.Choose(1, 2000)
        let begin = (start * 60_000L) + odd
        select (begin, begin + ((long)length * scale), points);

    [Fact]
    public void A_plan_covers_the_stretch_in_equal_parts_of_whole_roll_ups() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Stretch.ToArbitrary(), stretch =>
        {
            var (from, to, points) = stretch;
            var plan = ChartPlan.For(from, to, points, rawFrom: 0);
            var step = plan.Level?.Step ?? 1;

            Assert.InRange(plan.Parts, 1, points);
            Assert.True(plan.Start <= from && from - plan.Start < step);
            Assert.True(plan.End >= to);
            Assert.Equal(0, plan.Width % step);
            Assert.True(plan.Level is null || plan.Start % step == 0);
            Assert.True(plan.Parts == 1 || plan.End - plan.Width < to + step, "the last part has something of the stretch");
            Assert.Equal((0, plan.Parts - 1), (plan.PartOf(plan.Start), plan.PartOf(plan.End - 1)));
            // What bounds the cost: a part is made of few roll-ups.
            Assert.True(plan.Level == RollUpLevel.Day || plan.Width / (plan.Level?.Step ?? 1000) <= 60 * Math.Max(1, 60 / points) * 2);
        }));

    [Theory]
    [InlineData(1, 600, 0)]
    [InlineData(24, 600, 1)]
    [InlineData(7 * 24, 600, 2)]
    [InlineData(365 * 24, 600, 3)]
    [InlineData(10 * 365 * 24, 600, 4)]
    [InlineData(1, 1, 1)]
    public void The_coarsest_roll_up_that_fits_is_taken(int hours, int points, int level)
    {
        Assert.Equal(level, ChartPlan.For(0, hours * Hour, points, 0).Level?.Number ?? 0);
    }

    [Fact]
    public void A_stretch_whose_raw_readings_are_gone_is_drawn_from_minutes()
    {
        Assert.Equal(RollUpLevel.Minute, ChartPlan.For(Hour, 2 * Hour, 600, rawFrom: Hour + 1).Level);
        Assert.Null(ChartPlan.For(Hour, 2 * Hour, 600, rawFrom: Hour).Level);
    }
}
