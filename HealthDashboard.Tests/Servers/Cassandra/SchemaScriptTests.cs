using System.Reflection;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Cassandra;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>What operators and presenters paste is what the code does.</summary>
public sealed partial class SchemaScriptTests
{
    [Fact]
    public void The_operators_script_is_the_schema_of_the_code() =>
        Assert.Equal(Uncommented(AnalyticsSchema.Script("health", "dc1", 3)), Uncommented(Read("deploy/cassandra/schema.cql")));

    [Fact]
    public async Task The_sample_queries_run_on_the_tables()
    {
        var samples = Samples();
        Assert.True(samples.Count >= 4, "There are sample queries.");
        await using var cluster = ScriptedCluster.Start(1);
        await cluster.OpenStore().PutAsync(Array.Empty<Data.Model.DailyAlerts>(), TimeProvider.System.GetUtcNow());
        Assert.All(samples, cql =>
        {
            var plan = cluster.Nodes[0].Parse(Literal().Replace(cql, "${op} ?"));
            Assert.True(plan is { Partition.Count: > 0 }, $"Does not name known columns and a whole partition: {cql}");
        });
    }

    /// <summary>The queries of docs/queries/cqlsh.md.</summary>
    internal static IReadOnlyList<string> Samples() =>
        [.. Sample().Matches(Read("docs/queries/cqlsh.md")).Select(match => match.Groups["cql"].Value.Trim())];

    private static string Read(string path)
    {
        var tests = typeof(SchemaScriptTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!;
        var file = Path.Combine(tests, "..", path);
        if (!File.Exists(file) && !Directory.Exists(tests))
            Assert.Skip($"{path} is not here: run the tests from the source to have it.");
        return File.ReadAllText(file);
    }

    private static string Uncommented(string script) =>
        string.Join('\n', script.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal) && line.Trim().Length > 0));

    [GeneratedRegex("(?<cql>SELECT [^;`]+);", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();

    // Samples have values where the code binds them.
    [GeneratedRegex(@"(?<op><=|>=|=|<|>) (0x[0-9a-f]+|\d+|'[^']*')", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();
}
