using HealthDashboard.Demo;
using HealthDashboard.Faults;

namespace HealthDashboard.Tests.Unit.Faults;

/// <summary>Scripts of scenarios and faults: what is read, and what is said of what cannot be.</summary>
public sealed class FaultScriptTests
{
    [Fact]
    public void Every_kind_of_step_is_read_in_the_order_of_time()
    {
        List<string> errors = [];
        var script = FaultScript.Parse(
            """
            # Everything at once
            seed 42
            1:20 all restored
            0:00 sepsis i01
            0:10 vitals unavailable
            0:11 analytics unavailable 2
            0:12 analytics slow 800
            0:13 careTeam fails 50
            0:14 patients read-only
            0:15 patients restored
            0:16 nodes partitioned
            0:17 nodes joined
            0:18 devices storm
            0:19 devices clock -600
            59:59 devices restored
            """,
            _ => 3,
            errors);
        Assert.Empty(errors);
        Assert.Equal(42, script!.Seed);
        Assert.Equal(script.Steps.OrderBy(step => step.At), script.Steps);
        Assert.Equal(13, script.Steps.Count);
        Assert.Equal((Scenario.Sepsis, "i01"), Step<ScenarioStep>(4) is var scenario ? (scenario.Scenario, scenario.Bed) : default);
        Assert.Equal(("vitals", new StoreFault(FaultMode.Unavailable)), Store(5));
        Assert.Equal(("analytics", new StoreFault(FaultMode.Unavailable, 2)), Store(6));
        Assert.Equal(("analytics", new StoreFault(FaultMode.Slow, 800)), Store(7));
        Assert.Equal(("careTeam", new StoreFault(FaultMode.Fails, 50)), Store(8));
        Assert.Equal(("patients", new StoreFault(FaultMode.ReadOnly)), Store(9));
        Assert.Equal(("patients", default(StoreFault)), Store(10));
        Assert.Equal([true, false], new[] { Step<AroundStep>(11).Partition, Step<AroundStep>(12).Partition });
        Assert.True(Step<AroundStep>(13).Storm);
        Assert.Equal(TimeSpan.FromMinutes(-10), Step<AroundStep>(14).Clock);
        Assert.Equal(new TimeSpan(0, 59, 59), Step<AroundStep>(15).At);
        Assert.Equal(TimeSpan.FromSeconds(80), Step<RestoreStep>(3).At);

        T Step<T>(int line)
            where T : ScriptStep => Assert.IsType<T>(script.Steps.Single(step => step.Line == line));

        (string Role, StoreFault Fault) Store(int line) => Step<StoreStep>(line) is var step ? (step.Role, step.Fault) : default;
    }

    [Theory]
    [InlineData("", "no step")]
    [InlineData("0:10", "is no step")]
    [InlineData("now vitals unavailable", "'now'; allowed is minutes:seconds")]
    [InlineData("0:60 vitals unavailable", "'0:60'")]
    [InlineData("1:5 vitals unavailable", "'1:5'")]
    [InlineData("0:10 vitals slow", "is no step")]
    [InlineData("0:10 vitals slow 20000", "is 20000; allowed are 1 to 10000 milliseconds")]
    [InlineData("0:10 vitals fails -1", "is no step")]
    [InlineData("0:10 vitals unavailable 2", "cannot be taken away one by one")]
    [InlineData("0:10 disk unavailable", "is no step")]
    [InlineData("0:10 headache I01", "is no step")]
    [InlineData("0:10 devices clock 4000", "'4000'; allowed are whole seconds from -3600 to 3600")]
    [InlineData("seed x", "'x'; allowed is a whole number")]
    public void What_cannot_be_read_is_named_with_its_line(string text, string expected)
    {
        List<string> errors = [];
        Assert.Null(FaultScript.Parse($"# remark\n{text}", _ => 0, errors));
        Assert.Contains(errors, error => error.Contains(expected, StringComparison.Ordinal) && (text.Length == 0 || error.StartsWith("Line 2: ", StringComparison.Ordinal) || text.StartsWith("seed", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_script_that_fits_no_link_is_refused()
    {
        List<string> errors = [];
        Assert.Null(FaultScript.Parse(new string('#', FaultScript.MostLetters + 1), _ => 0, errors));
        Assert.Single(errors);
    }
}
