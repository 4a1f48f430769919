using System.Text;

namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>Two logs of alerts, held against each other.</summary>
internal static class Sides
{
    /// <summary>Fails with both side by side, what only one of them has marked.</summary>
    public static void AreEqual(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        if (Differences(expected, actual) is { } text)
            Assert.Fail(text);
    }

    /// <summary>Both logs in words; null when they are the same but for their order.</summary>
    public static string? Differences(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var should = expected.Order(StringComparer.Ordinal).ToList();
        var has = actual.Order(StringComparer.Ordinal).ToList();
        if (should.SequenceEqual(has))
            return null;
        var text = new StringBuilder();
        text.AppendLine().AppendLine("= both, < only expected, > only what was given");
        var left = new List<string>(has);
        foreach (var line in should)
            text.Append(left.Remove(line) ? "= " : "< ").AppendLine(line);
        foreach (var line in left)
            text.Append("> ").AppendLine(line);
        return text.ToString();
    }
}
