using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Every statement of the store asks for a whole partition in its own order, and nothing is filtered.</summary>
public sealed class CqlRulesTests
{
    private static readonly CqlRules Rules = new(AnalyticsSchema.Definitions("health"));

    [Fact]
    public void Every_statement_of_the_store_is_sound()
    {
        var all = new AnalyticsStatements("health");
        var statements = typeof(AnalyticsStatements).GetProperties().Select(property => ((Statement)property.GetValue(all)!).Cql).ToArray();
        Assert.NotEmpty(statements);
        Assert.Equal([], statements.SelectMany(cql => Rules.Findings(cql).Select(finding => $"{finding}: {cql}")));
    }

    [Fact]
    public void Every_query_to_paste_is_sound()
    {
        var samples = SchemaScriptTests.Samples();
        Assert.True(samples.Count >= 4, "There are sample queries.");
        Assert.Equal([], samples.SelectMany(cql => Rules.Findings(cql).Select(finding => $"{finding}: {cql}")));
    }

    [Theory]
    [InlineData("SELECT hour FROM health.hourly_vitals WHERE patient_id = ?", "unknown table")]
    [InlineData("SELECT hours FROM health.hourly_vital WHERE patient_id = ? AND sign = ? AND year = ?", "unknown column hours")]
    [InlineData("SELECT hour FROM health.hourly_vital WHERE patient_id = ? AND sign = ?", "partition column year is not given")]
    [InlineData("SELECT hour FROM health.hourly_vital WHERE patient_id = ? AND sign = ? AND year > ?", "partition column year is not given")]
    [InlineData("SELECT hour FROM health.hourly_vital WHERE patient_id = ? AND sign = ? AND year = ? AND mean > ?", "mean is no key column, so it would be filtered")]
    [InlineData("SELECT day FROM health.daily_alerts WHERE region = ? AND ward = ? AND year = ? AND day >= ? AND priority = ?", "priority is restricted behind a column that has no single value")]
    [InlineData("SELECT day FROM health.daily_alerts WHERE region = ? AND ward = ? AND year = ? AND priority = ?", "priority is restricted behind a column that has no single value")]
    [InlineData("SELECT day FROM health.daily_alerts WHERE region = ? AND ward = ? AND year = ? ORDER BY priority", "not in the order of the clustering columns")]
    [InlineData("SELECT name FROM health.as_of WHERE name = 7", "name is a text")]
    [InlineData("SELECT name FROM health.as_of WHERE name = ? ALLOW FILTERING", "a condition that is none")]
    [InlineData("SELECT name FROM health.as_of", "neither SELECT nor INSERT as the manual has them")]
    [InlineData("INSERT INTO health.as_of (true_until) VALUES (?) USING TIMESTAMP ?", "key column name is missing")]
    [InlineData("INSERT INTO health.as_of (name, true_until) VALUES (?)", "not one value for each column")]
    public void What_Cassandra_would_refuse_or_filter_is_found(string cql, string finding) => Assert.Equal([finding], Rules.Findings(cql));
}
