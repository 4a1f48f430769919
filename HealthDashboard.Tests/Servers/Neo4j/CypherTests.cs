using System.Globalization;
using System.Reflection;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>
/// Neo4j's own front end, compiled to JavaScript by Neo4j, reads all Cypher that the project has, as Cypher 5 with the functions of a
/// server: grammar, variables, types, parameters, what is deprecated, and labels, relations and properties that the layout does not have.
/// </summary>
public sealed class CypherTests
{
    private static readonly string[] Cares = ["CARES_FOR", "SUPERVISES", "TREATS"];

    /// <summary>The layout of docs/data-model.md.</summary>
    private static readonly object Layout = new
    {
        labels = new[] { "Clinician", "Patient", "Room", "Ward", "Region", "Hospital" },
        relationshipTypes = new[] { "CARES_FOR", "SUPERVISES", "TREATS", "REFERRED_TO", "WORKS_ON", "WORKS_IN", "STAYED_IN", "IN", "ON_CALL" },
        propertyKeys = new[] { "id", "name", "nameKey", "profession", "region", "ward", "account", "key", "role", "begins", "ends", "moving", "changing", "leftAt" },
        graphSchema = new[]
        {
            new { from = "Clinician", relType = "REFERRED_TO", to = "Clinician" },
            new { from = "Clinician", relType = "WORKS_ON", to = "Ward" },
            new { from = "Clinician", relType = "WORKS_IN", to = "Region" },
            new { from = "Patient", relType = "STAYED_IN", to = "Room" },
            new { from = "Clinician", relType = "ON_CALL", to = "Ward" },
            new { from = "Clinician", relType = "ON_CALL", to = "Hospital" },
            new { from = "Room", relType = "IN", to = "Ward" },
            new { from = "Ward", relType = "IN", to = "Region" },
        }.Concat(Cares.Select(relation => new { from = "Clinician", relType = relation, to = "Patient" })),
    };

    private static readonly string Page = Path.Combine(
        typeof(CypherTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "TestDirectory").Value!,
        "../docs/queries/cypher.md");

    [Fact]
    public async Task Every_statement_of_the_store_is_sound_with_the_parameters_that_go_with_it()
    {
        using var behind = SqliteCareTeamStoreTests.Sqlite();
        var server = new FakeNeo4j(behind.Open());
        await AskEverythingAsync(Neo4jStores.Over(server));
        var sent = server.Requests
            .Select(request => new Statement(request.GetProperty("statement").GetString()!, request.GetProperty("parameters")))
            .DistinctBy(statement => statement.Text).ToList();

        var known = typeof(CareTeamStatements).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!);
        Assert.Equal(known.Append(CareTeamSchema.Look).Concat(CareTeamSchema.Constraints.Select(c => c.Statement)).Order(StringComparer.Ordinal), sent.Select(s => s.Text).Order(StringComparer.Ordinal));
        await AssertSoundAsync(sent);
    }

    [Fact]
    public async Task Every_query_to_paste_is_sound()
    {
        var parameters = JsonSerializer.SerializeToElement(new { patient = "24 hex digits" });
        var queries = (await QueriesToPasteAsync()).Select(text => new Statement(text, parameters)).ToList();

        Assert.True(queries.Count > 6);
        await AssertSoundAsync(queries);
    }

    [Fact]
    public async Task What_is_wrong_is_found()
    {
        (string Text, string Finding)[] wrong =
        [
            ("MATCH (c:Clinician) RETRUN c", "Invalid input 'RETRUN'"),
            ("MATCH (c:Clinician) WITH c.id AS id RETURN c", "Variable `c` not defined"),
            ("MATCH (c:Clinician {id: $who}) RETURN c", "Parameter $who is not defined"),
            ("RETURN datetme()", "Function datetme is not present"),
            ("RETURN size(1)", "Type mismatch"),
            ("MATCH (c:Clinician) RETURN DISTINCT c.id ORDER BY c.name", "it is not possible to access variables declared before"),
            ("MATCH (c:Clinician) RETURN id(c)", "deprecated"),
            ("CREATE CONSTRAINT x ON (c:Clinician) ASSERT c.id IS UNIQUE", "ON and ASSERT should not be used"),
            ("MATCH (c:Clinican) RETURN c", "Label Clinican is not present"),
            ("MATCH (:Patient)-[:TREATS]->(c:Clinician) RETURN c", "has no incoming"),
            ("MATCH (c:Clinician) RETURN c.nam", "nam is not present"),
            (CareTeamStatements.Team.Replace("r.role,", "s.role,", StringComparison.Ordinal), "Variable `s` not defined"),
        ];
        var parameters = JsonSerializer.SerializeToElement(new { patient = "", at = "" });
        var findings = await FindingsAsync([.. wrong.Select(item => new Statement(item.Text, parameters))]);

        Assert.All(wrong, item => Assert.Contains(findings, found => found.StartsWith(item.Text, StringComparison.Ordinal)
            && found.Contains(item.Finding, StringComparison.Ordinal)));
    }

    /// <summary>The blocks of docs/queries/cypher.md, in order.</summary>
    internal static async Task<IReadOnlyList<string>> QueriesToPasteAsync()
    {
        Assert.SkipUnless(File.Exists(Page), "The page is not here: run the tests from the source to have it.");
        return [.. (await File.ReadAllTextAsync(Page)).Split("```cypher\n").Skip(1).Select(block => block.Split("```")[0])];
    }

    private static async Task AskEverythingAsync(ICareTeamStore store)
    {
        var (nurse, doctor) = (Clinician("Nina"), Clinician("Dora"));
        var patient = Id();
        await store.PutCliniciansAsync([nurse, doctor]);
        await store.AssignAsync([new(patient, nurse, CareRole.AssignedNurse, Noon)]);
        await store.ReferAsync(nurse.Id, doctor.Id);
        await store.CliniciansAsync();
        await store.TeamAsync(patient, Noon);
        await store.PatientsOfAsync(nurse.Id, Noon);
        await store.SharedPatientsAsync(nurse.Id, doctor.Id, Noon);
        await store.WorkloadAsync(Noon);
        await store.ReferralPathAsync(nurse.Id, doctor.Id);
        await store.ReferralPathAsync(nurse.Id, nurse.Id);
        await store.MoveAsync([new(patient, new("north", "ICU", "1"), Noon)]);
        await store.OpenStaysAsync();
        await store.ContactsAsync(patient, Noon);
        await store.UnassignAsync(patient, nurse.Id, CareRole.AssignedNurse, Noon);
        await store.AssignmentsOfAsync(nurse.Id, Noon);
        await store.AssignmentsAsync([patient], Noon, Noon.AddHours(1));
        await store.PatientsWithTeamAsync(Noon);
        await store.SetOnCallAsync(new(new("north", "ICU"), nurse, doctor));
        await store.SetOnCallAsync(new(null, nurse, doctor));
        await store.OnCallAsync();
        await store.RemoveClinicianAsync(nurse.Id, Noon);
        await ((Neo4jCareTeamStore)store).ProbeAsync(default);
    }

    private static async Task AssertSoundAsync(IReadOnlyList<Statement> statements)
    {
        var findings = await FindingsAsync(statements);
        Assert.True(findings.Count == 0, string.Join("\n\n", findings));
    }

    /// <summary>What the front end has to say, each as the statement and the message.</summary>
    private static async Task<IReadOnlyList<string>> FindingsAsync(IReadOnlyList<Statement> statements)
    {
        using var folder = new TempDirectory();
        var file = folder["statements.json"];
        var asked = statements.Select((statement, at) => new { name = at, text = statement.Text, parameters = statement.Parameters });
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { schema = Layout, statements = asked }));
        var found = JsonSerializer.Deserialize<JsonElement>(await NodeScript.RunAsync("cypher-lint.mjs", file));
        return [.. found.EnumerateArray().Select(item => string.Create(
            CultureInfo.InvariantCulture, $"{statements[item.GetProperty("name").GetInt32()].Text}: {item.GetProperty("message").GetString()}"))];
    }

    private sealed record Statement(string Text, JsonElement Parameters);
}
