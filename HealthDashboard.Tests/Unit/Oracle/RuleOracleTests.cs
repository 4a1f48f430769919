namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>The examples, worked out by hand, through the oracle and through the evaluator.</summary>
public sealed class RuleOracleTests
{
    /// <summary>What stands at a readmission the engine reads from the store of vital signs: the evaluator alone cannot know it.</summary>
    private const string OfEngine = "2: discharged and admitted again with the values standing";

    public static TheoryData<string> NamesOfEvaluator => [.. Names.Select(name => name.Data).Where(name => name != OfEngine)];

    public static TheoryData<string> Names => [.. LimitExamples.All.Concat(ScoreExamples.All).Concat(TechnicalExamples.All).Select(example => example.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_gives_what_was_worked_out_by_hand(string name)
    {
        var example = Find(name);
        Sides.AreEqual(example.Alerts, Lines(RuleOracle.Alerts(example.Story.Patient, example.Story.Until(example.Seconds))));
    }

    [Theory]
    [MemberData(nameof(NamesOfEvaluator))]
    public void The_evaluator_gives_what_was_worked_out_by_hand(string name)
    {
        var example = Find(name);
        Sides.AreEqual(example.Alerts, Lines(EvaluatorRun.Alerts(example.Story.Patient, example.Story.Until(example.Seconds))));
    }

    private static Example Find(string name) =>
        LimitExamples.All.Concat(ScoreExamples.All).Concat(TechnicalExamples.All).Single(example => example.Name == name);

    private static IEnumerable<string> Lines(IEnumerable<ExpectedAlert> alerts) => alerts.Select(alert => alert.ToLine(Stream.Ms(0)));
}
