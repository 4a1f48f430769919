using System.Reflection;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Tests.Support;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Tests.Unit.Sqlite;

/// <summary>What SQLite says of how it answers each question about care teams: never by going through all assignments or stays there ever were.</summary>
public sealed partial class CareTeamPlanTests
{
    private static readonly Dictionary<string, string> Statements = typeof(CareTeamStatements).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

    public static TheoryData<string> Reads => [.. Statements.Where(statement => statement.Value.TrimStart().StartsWith("SELECT", StringComparison.Ordinal) || statement.Value.TrimStart().StartsWith("WITH", StringComparison.Ordinal)).Select(statement => statement.Key)];

    [Theory]
    [MemberData(nameof(Reads))]
    public void No_question_goes_through_all_assignments(string name)
    {
        using var folder = new TempDirectory();
        using var database = CareTeamSchema.Open(folder["careteam.db"]);
        using var connection = database.Open();
        var plan = PlanOf(connection, Statements[name]);

        Assert.NotEmpty(plan);
        Assert.DoesNotContain(plan, step => Scan().IsMatch(step));
    }

    [Fact]
    public void A_question_that_does_is_found()
    {
        using var folder = new TempDirectory();
        using var database = CareTeamSchema.Open(folder["careteam.db"]);
        using var connection = database.Open();
        Assert.Contains(PlanOf(connection, "SELECT * FROM assignment a WHERE a.role = @role"), step => Scan().IsMatch(step));
    }

    private static List<string> PlanOf(SqliteConnection connection, string sql)
    {
        using var explain = connection.CreateCommand();
        explain.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        foreach (var parameter in Parameter().Matches(sql).Select(match => match.Value).Distinct())
            explain.Parameters.AddWithValue(parameter, DBNull.Value);
        using var reader = explain.ExecuteReader();
        List<string> steps = [];
        while (reader.Read())
            steps.Add(reader.GetString(3));
        return steps;
    }

    // The names that statements give to the tables of assignments and stays. Stays that last have an index of their own.
    [GeneratedRegex(@"^SCAN (a|own|other|assignment|stay)\b(?!.*stay_open)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scan();

    [GeneratedRegex(@"@\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
