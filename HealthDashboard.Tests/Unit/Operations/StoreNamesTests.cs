using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Operations;

public sealed partial class StoreNamesTests
{
    [Fact]
    public void No_page_knows_which_store_it_has()
    {
        var folder = Path.Combine(AppServer.AppDirectory, "Components");
        if (!Directory.Exists(folder))
            Assert.Skip("The source of the pages is not here.");
        var pages = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(pages);
        Assert.DoesNotContain(pages, page => StoreName().IsMatch(File.ReadAllText(page)));
    }

    [GeneratedRegex("mongo|influx|neo4j|cassandra|redis|sqlite", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex StoreName();
}
