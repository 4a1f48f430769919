using System.Globalization;
using System.Text.RegularExpressions;
using HealthDashboard.Presentation;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit;

/// <summary>The arithmetic of docs/scale.md is right, and what it takes as measured stands where it says.</summary>
public sealed partial class ScaleTests
{
    private static readonly string[] Sizes = ["77", "1,600", "16,000", "100,000", "1,000,000"];

    [Fact]
    public void Every_row_is_what_its_formula_says_for_each_size()
    {
        var rows = Rows().Where(cells => cells.Length == 2 + Sizes.Length && cells[1].Contains("beds", StringComparison.Ordinal)).ToList();
        Assert.True(rows.Count > 15, $"{rows.Count} rows have a formula.");
        Assert.Empty(
            from cells in rows
            from column in Enumerable.Range(0, Sizes.Length)
            let terms = cells[1].Trim('`').Replace("beds", Sizes[column], StringComparison.Ordinal)
            let problem = Claims.Problem(new CalculatedFigure(cells[2 + column].Trim('*', ' '), cells[0], terms), [])
            where problem is not null
            select $"{cells[0]}: {problem}");
    }

    [Fact]
    public void Every_figure_that_is_taken_stands_in_the_page_that_it_names()
    {
        var taken = Rows().Where(cells => cells.Length == 3 && Link().IsMatch(cells[2])).ToList();
        Assert.True(taken.Count > 8, $"{taken.Count} figures name their page.");
        Assert.Empty(
            from cells in taken
            let text = File.ReadAllText(Path.Combine(AppServer.AppDirectory, "..", "docs", Link().Match(cells[2]).Groups["page"].Value))
            where !text.Contains(cells[1].Trim('`'), StringComparison.Ordinal)
            select string.Create(CultureInfo.InvariantCulture, $"{cells[0]}: '{cells[1]}' is not in {cells[2]}"));
    }

    private static IEnumerable<string[]> Rows()
    {
        var page = Path.Combine(AppServer.AppDirectory, "..", "docs", "scale.md");
        Assert.SkipUnless(File.Exists(page), "The documentation is not beside the tests.");
        return File.ReadLines(page).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
    }

    [GeneratedRegex(@"\((?<page>[\w/-]+\.md)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
