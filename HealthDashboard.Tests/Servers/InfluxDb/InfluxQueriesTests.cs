using System.Reflection;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>docs/queries/influx.md works, and shows what the program really asks.</summary>
public sealed class InfluxQueriesTests
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private static readonly string Page = Path.Combine(
        typeof(InfluxQueriesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!,
        "../docs/queries/influx.md");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_statement_of_the_page_returns_rows(int version)
    {
        await using var stores = InfluxStores.On(version, TimeProvider.System);
        var (statements, now) = (Statements(), TimeProvider.System.GetUtcNow());
        Assert.True(statements.Count > 15);
        await FillAsync(stores.Open());
        foreach (var statement in statements)
        {
            var rows = await stores.QueryAsync(statement
                .Replace("\"health\"", $"\"{stores.Options.Database}\"", StringComparison.Ordinal)
                .Replace("2026-01-05T08", $"{now.AddHours(-3):yyyy-MM-ddTHH}", StringComparison.Ordinal)
                .Replace("2026-01-05T09", $"{now.AddHours(-2):yyyy-MM-ddTHH}", StringComparison.Ordinal));
            Assert.True(rows.Count > 0, $"No rows: {statement}");
        }
    }

    [Fact]
    public void The_page_shows_the_statements_of_the_program()
    {
        var all = new InfluxStatements("health");
        var anyHour = new RollUpStretch(0, 1);
        var statements = Statements().Select(statement => statement.Replace(
            "time >= '2026-01-05T08:00:00Z' AND time < '2026-01-05T09:00:00Z'", "time >= 0ms AND time < 1ms", StringComparison.Ordinal)).ToList();
        Assert.Contains(all.LastSettled.Text, statements);
        Assert.Contains(all.Latest(Patient).Text.Replace("$patient", $"'{Patient}'", StringComparison.Ordinal), statements);
        Assert.Contains(all.Counts(anyHour).Text, statements);
        Assert.Contains(all.Raw(anyHour).Text, statements);
        Assert.Contains(all.NotEmpty(RollUpLevel.Minute, anyHour).Text, statements);
    }

    private static List<string> Statements()
    {
        if (!File.Exists(Page))
            Assert.Skip("The documents are not here: run the tests from the source to have them.");
        return [.. File.ReadAllText(Page).Split("```sql\n").Skip(1).Select(block => block[..block.IndexOf("\n```", StringComparison.Ordinal)])];
    }

    // A day with every sign, low saturation and a sensor that came off; with enough of it recent and enough of it rolled up.
    private static async Task FillAsync(InfluxDbVitalStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        foreach (var sign in VitalSigns.All)
        {
            await store.AppendAsync([.. Enumerable.Range(0, 1440).Select(minute =>
            {
                var value = sign.Sign == VitalSign.Spo2 ? minute % 11 == 0 ? 0 : 86 + (minute % 12) : sign.Minimum + 1;
                return new Reading(Patient, sign.Sign, now.AddMinutes(-minute).ToUnixTimeMilliseconds(), value, "monitor-1");
            })]);
        }
    }
}
