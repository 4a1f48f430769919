using System.Text.RegularExpressions;

namespace HealthDashboard.Tests.Unit;

/// <summary>The words that code, documentation and pages use for the same thing: one each, and the one that a native speaker would.</summary>
public sealed class WordsTests
{
    /// <summary>What is not said, with what is.</summary>
    public static TheoryData<string, string> Words => new()
    {
        { @"\b(is|are|was|were|be|been|store|stores|server|servers|records) away\b", "unavailable" },
        { @"(?<!unless )\b(is|are|was|were|be|been) told\b(?! (otherwise|apart))", "reported; of people, notified" },
        { @"\b(takes?|answers?|answered) (an?|the|this|that|its|every|each) alert\b(?! (up|of|and|whole))", "acknowledges" },
        { @"\bgo(es)? up the\b", "escalates" },
        { @"\bcome again\b", "try again" },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void One_word_for_one_thing(string pattern, string better)
    {
        var wrong = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        var found = string.Join('\n', Lines().Where(line => wrong.IsMatch(line.Text)).Select(line => $"{line.File}: {line.Text.Trim()}"));
        Assert.True(found.Length == 0, $"Say {better}:\n{found}");
    }

    private static IEnumerable<(string File, string Text)> Lines() =>
        from file in LayoutTests.Files(".cs", ".razor", ".md", ".js", ".sh")
        where Path.GetFileName(file) != $"{nameof(WordsTests)}.cs" && !file.Contains($"{Path.DirectorySeparatorChar}adr{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
        from line in File.ReadLines(file)
        select (Path.GetFileName(file), line);
}
