using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>A shift of 8 hours: each alert that the oracle expects, and none that it does not.</summary>
public sealed class ShiftTests(ITestOutputHelper output)
{
    [Fact]
    public void Each_alert_of_a_shift_is_expected_and_each_expected_one_is_there()
    {
        List<ExpectedAlert> all = [];
        for (var bed = 0; bed < Shift.Beds; bed++)
        {
            var events = Shift.Events(bed);
            var expected = RuleOracle.Alerts(Stream.Standard, events);
            var name = Shift.Troubles.TryGetValue(bed, out var trouble) ? trouble.Name : "calm";
            Sides.AreEqual(expected.Select(alert => Line(name, alert)), EvaluatorRun.Alerts(Stream.Standard, events).Select(alert => Line(name, alert)));
            if (name == "calm")
                Assert.Empty(expected);
            all.AddRange(expected);
        }
        foreach (var group in all.GroupBy(alert => (alert.Kind, alert.Priority)).OrderBy(group => group.Key))
            output.WriteLine($"| {group.Key.Kind} | {group.Key.Priority} | {group.Count()} |");
        Assert.All(Enum.GetValues<AlertKind>(), kind => Assert.Contains(all, alert => alert.Kind == kind));
    }

    private static string Line(string name, ExpectedAlert alert) => $"{name}: {alert.ToLine(Stream.Ms(0))}";
}
