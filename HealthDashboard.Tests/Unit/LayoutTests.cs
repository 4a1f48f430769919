using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using HealthDashboard.Data;
using HealthDashboard.Tests.Support;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace HealthDashboard.Tests.Unit;

/// <summary>How the code is laid out: one feature, one folder, every arrow downward, small files (docs/adr/0014).</summary>
public sealed partial class LayoutTests
{
    private const int LongestFile = 300;

    private static readonly Architecture Code = new ArchLoader().LoadAssemblies(typeof(Program).Assembly, typeof(StoreServices).Assembly).Build();

    [Theory]
    [InlineData("HealthDashboard.(*)")]
    [InlineData("HealthDashboard.Data.(*)")]
    public void No_folder_depends_on_itself_by_way_of_others(string folders) =>
        AssertHolds(SliceRuleDefinition.Slices().Matching(folders).Should().BeFreeOfCycles());

    [Fact]
    public void The_clinical_rules_depend_on_the_model_alone() =>
        AssertHolds(Types().That().ResideInNamespaceMatching(@"^HealthDashboard\.Clinical$")
            .Should().NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^HealthDashboard\.(?!Clinical$|Data\.Model$)")));

    [Fact]
    public void No_file_has_more_than_300_lines() => Assert.Empty(
        from file in Files(".cs", ".razor", ".css", ".js", ".mjs")
        let lines = File.ReadLines(file).Count()
        where lines > LongestFile
        select $"{file}: {lines} lines");

    [Fact]
    public void Every_file_that_the_documentation_links_to_is_there() => Assert.Empty(
        from page in Directory.EnumerateFiles(Root(), "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md", SearchOption.AllDirectories))
        from link in Link().Matches(File.ReadAllText(page))
        let target = link.Groups["target"].Value
        where !target.Contains(':', StringComparison.Ordinal) && !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
        select $"{Path.GetFileName(page)}: {target}");

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    private static string Root()
    {
        var root = Path.GetFullPath(Path.Combine(AppServer.AppDirectory, ".."));
        Assert.SkipUnless(Directory.Exists(root), "The source is not beside the tests.");
        return root;
    }

    /// <summary>The source's files of some kinds; skips where the source is not beside the tests.</summary>
    internal static IEnumerable<string> Files(params string[] kinds)
    {
        var root = Root();
        return from folder in (string[])["HealthDashboard", "HealthDashboard.Data", "HealthDashboard.Tests", "bench", "docs", "deploy"]
               from file in Directory.EnumerateFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
               where kinds.Contains(Path.GetExtension(file))
               where !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "node_modules" or "lib")
               select file;
    }

    private static void AssertHolds(IArchRule rule) => Assert.Empty(rule.Evaluate(Code).Where(result => !result.Passed).Select(result => result.Description));
}
