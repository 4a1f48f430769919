using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Charts;

namespace HealthDashboard.Tests.Unit.Charts;

public class ChartWindowTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 7, TimeSpan.Zero);

    [Fact]
    public void Any_stretch_is_covered_in_few_parts_whose_edges_are_steps() => Prop.ForAll(
        Gen.Choose(1, 3 * 366 * 24 * 60).Select(minutes => TimeSpan.FromMinutes(minutes)).ToArbitrary(),
        Gen.Choose(0, 100_000).Select(seconds => Now.AddSeconds(-seconds)).ToArbitrary(),
        (span, to) =>
        {
            var window = ChartWindow.Around(to - span, to);
            return window.From <= to - span && window.To > to && window.Parts <= ChartWindow.MaxParts + 2
                && window.From.UtcTicks % window.Step.Ticks == 0 && (window.To - window.From).Ticks % window.Step.Ticks == 0;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(15, 3)]
    [InlineData(60, 10)]
    [InlineData(24 * 60, 300)]
    [InlineData(365 * 24 * 60, 24 * 3600)]
    public void The_longer_the_stretch_the_coarser_the_steps(int minutes, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ChartWindow.Around(Now.AddMinutes(-minutes), Now).Step);

    [Fact]
    public void Backwards_and_endless_stretches_are_cut()
    {
        Assert.Equal(ChartWindow.Shortest, ChartWindow.Around(Now, Now.AddDays(-3)).To - ChartWindow.Around(Now, Now.AddDays(-3)).From - ChartWindow.Around(Now, Now.AddDays(-3)).Step);
        Assert.True(ChartWindow.Around(DateTimeOffset.MinValue.AddYears(10), Now).From >= Now - ChartWindow.Longest - TimeSpan.FromDays(7));
    }

    [Fact]
    public void Only_what_can_have_changed_is_asked_for_again()
    {
        var window = ChartWindow.Around(Now.AddMinutes(-15), Now);
        var again = window.Since(Now.AddSeconds(-5));
        Assert.Equal(window.To, again.To);
        Assert.InRange(again.From, Now.AddSeconds(-5) - (2 * window.Step), Now.AddSeconds(-5) - window.Step);
        Assert.Equal(window, window.Since(Now.AddHours(-3)));
    }
}
