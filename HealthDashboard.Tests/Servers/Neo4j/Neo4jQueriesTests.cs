using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>Every query of docs/queries/cypher.md shows what it says, where the program has written.</summary>
public sealed class Neo4jQueriesTests
{
    private const string Times = "with times";

    [Fact]
    public async Task Every_query_shows_what_it_says()
    {
        var queries = (await CypherTests.QueriesToPasteAsync()).Where(query => query[0] != ':').ToList();
        using var client = new Neo4jClient(Neo4jEngine.EmptyGraph());
        var (patient, other, third) = (Id(), Id(), Id());
        await WriteAsync(Neo4jStores.Over(client), patient, other, third);
        string[][] expected =
        [
            ["""[1,"CARES_FOR","Nina"]""", """[3,"TREATS","Dora"]""", """[4,"TREATS","Otto"]"""],
            ["""["","hospital","doctor","Dora"]""", """["north","ICU","charge nurse","Nina"]""", """["north","ICU","doctor","Dora"]"""],
            [Times, Times, Times],
            ["""["Dora","Otto",1]"""],
            ["""[["Dora","Otto"]]"""],
            ["""["Nina","Nurse",3]""", """["Dora","Doctor",2]""", """["Otto","Doctor",1]"""],
            [$"""["{other}","Room","1"]""", $"""["{other}","Clinician","Nina"]""", $"""["{third}","Clinician","Nina"]"""],
            [Times, Times],
            [$"""["north","ICU","1",["{patient}"]]""", $"""["north","ICU","2",["{other}"]]"""],
        ];

        Assert.Equal(expected.Length, queries.Count);
        foreach (var (query, rows) in queries.Zip(expected))
        {
            var shown = await client.RunAsync(query, new { patient = patient.ToString() }, writes: false, default);
            Assert.Equal(rows.Length, shown.Count);
            if (rows[0] == Times)
                continue;
            var text = shown.Select(row => JsonSerializer.Serialize(row));
            var ordered = query.Contains("ORDER BY", StringComparison.Ordinal);
            Assert.Equal(ordered ? rows : rows.Order(StringComparer.Ordinal), ordered ? text : text.Order(StringComparer.Ordinal));
        }
    }

    private static async Task WriteAsync(Neo4jCareTeamStore store, ObjectId patient, ObjectId other, ObjectId third)
    {
        // The queries ask for now.
        var now = TimeProvider.System.GetUtcNow();
        var nina = Clinician("Nina");
        var dora = Clinician("Dora", Profession.Doctor) with { Account = "doctor" };
        var otto = Clinician("Otto", Profession.Doctor) with { Id = ObjectId.Parse(new string('f', 24)) };
        await store.PutCliniciansAsync([nina, dora, otto]);
        await store.AssignAsync(
        [
            new(patient, nina, CareRole.AssignedNurse, now.AddHours(-5)), new(other, nina, CareRole.AssignedNurse, now.AddHours(-5)),
            new(third, nina, CareRole.ChargeNurse, now.AddHours(-60), now.AddHours(1)),
            new(Id(), nina, CareRole.ChargeNurse, now.AddHours(-60), now.AddHours(-50)),
            new(patient, dora, CareRole.Attending, now.AddHours(-5)), new(other, dora, CareRole.Attending, now.AddHours(-5)),
            new(patient, otto, CareRole.Consulting, now.AddHours(-4)),
        ]);
        await store.ReferAsync(dora.Id, otto.Id);
        await store.SetOnCallAsync(new(null, null, dora));
        await store.SetOnCallAsync(new(new("north", "ICU"), nina, dora));
        Room one = new("north", "ICU", "1"), two = one with { Name = "2" };
        await store.MoveAsync([new(patient, two, now.AddHours(-5)), new(patient, one, now.AddHours(-4)), new(other, one, now.AddHours(-3)), new(other, two, now.AddHours(-1))]);
    }
}
