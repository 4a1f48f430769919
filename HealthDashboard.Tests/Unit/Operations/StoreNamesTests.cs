using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Operations;

public sealed partial class StoreNamesTests
{
    [Fact]
    public void No_page_knows_which_store_it_has()
    {
        var app = Path.GetFullPath(AppServer.AppDirectory) + Path.DirectorySeparatorChar;
        var pages = LayoutTests.Files(".razor", ".cs")
            .Where(file => file.StartsWith(app, StringComparison.Ordinal) && Path.GetFileName(file).Contains(".razor", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(pages);
        Assert.DoesNotContain(pages, page => StoreName().IsMatch(File.ReadAllText(page)));
    }

    [GeneratedRegex("mongo|influx|neo4j|cassandra|redis|sqlite", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex StoreName();
}
