using FsCheck;
using FsCheck.Fluent;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Made-up logs through the evaluator and the oracle: the same alerts, field by field, known at the same event.</summary>
public sealed class OraclePropertyTests
{
    // The same stories each time: a new one is looked for by changing the seed, not by chance in somebody else's run.
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(20).WithReplay(2026, 1);

    [Fact]
    public void The_evaluator_gives_the_alerts_of_the_oracle() => Prop.ForAll(Stories.Arbitrary, story => Agree(story, story.Events())).Check(Runs);

    private static Property Agree(Story story, IReadOnlyList<Event> events)
    {
        var differences = Sides.Differences(
            RuleOracle.Alerts(Stream.Standard, events).Select(Line), EvaluatorRun.Alerts(Stream.Standard, events).Select(Line));
        return (differences is null).Label($"{story}{Environment.NewLine}{differences}");
    }

    private static string Line(ExpectedAlert alert) => alert.ToLine(Stream.Ms(0));
}
