using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>What the statements leave in the graph, as other Cypher than the store's finds it; and that the engine refuses what a server does.</summary>
public sealed class Neo4jEngineTests : IDisposable
{
    private readonly Neo4jOptions options = Neo4jEngine.EmptyGraph();
    private readonly Neo4jClient client;
    private readonly Neo4jCareTeamStore store;

    public Neo4jEngineTests()
    {
        client = new Neo4jClient(options);
        store = Neo4jStores.Over(client);
    }

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_clinician_works_in_one_place()
    {
        var (nina, carl) = (Clinician("Nina"), Clinician("Carl"));
        foreach (var (ward, expected) in new[] { ("ICU", """["WORKS_ON","ICU"]"""), ("ER", """["WORKS_ON","ER"]"""), (null, """["WORKS_IN","north"]""") })
        {
            await store.PutCliniciansAsync([nina with { Ward = ward }, carl]);
            Assert.Equal([expected], await AskAsync("MATCH (:Clinician {name: 'Nina'})-[r]->(place) RETURN type(r), place.name"));
        }
        await store.PutCliniciansAsync([nina, nina with { Ward = "ER" }]);
        Assert.Equal(["""["WORKS_ON","ER"]"""], await AskAsync("MATCH (:Clinician {name: 'Nina'})-[r]->(place) RETURN type(r), place.name"));
    }

    [Fact]
    public async Task Wards_are_told_apart_whatever_they_and_their_regions_are_called()
    {
        await store.PutCliniciansAsync([Clinician("Nina") with { Region = "a/b", Ward = "c" }, Clinician("Carl") with { Region = "a", Ward = "b/c" }]);
        Assert.Equal(["""["a","b/c"]""", """["a/b","c"]"""], await AskAsync("MATCH (w:Ward)-[:IN]->(r:Region) RETURN r.name AS region, w.name ORDER BY region"));
    }

    [Fact]
    public async Task What_is_written_twice_is_there_once()
    {
        var (nina, dora) = (Clinician("Nina"), Clinician("Dora", Profession.Doctor));
        var patient = Id();
        await WriteAsync();
        var once = await AskAsync("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN labels(n)[0] AS label, count(DISTINCT n), count(r) ORDER BY label");
        Assert.Equal(["""["Clinician",2,6]""", """["Patient",1,2]""", """["Region",1,0]""", """["Room",2,2]""", """["Ward",2,2]"""], once);

        await WriteAsync();
        Assert.Equal(once, await AskAsync("MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN labels(n)[0] AS label, count(DISTINCT n), count(r) ORDER BY label"));

        async Task WriteAsync()
        {
            await store.PutCliniciansAsync([nina, dora]);
            await store.AssignAsync(
            [
                new(patient, nina, CareRole.AssignedNurse, Noon), new(patient, nina, CareRole.ChargeNurse, Noon, Noon.AddHours(1)),
                new(patient, dora, CareRole.Attending, Noon),
            ]);
            await store.ReferAsync(nina.Id, dora.Id);
            await store.MoveAsync([new(patient, new("north", "ICU", "1"), Noon), new(patient, new("north", "ER", "1"), Noon.AddHours(1))]);
        }
    }

    [Theory]
    [InlineData("(:Clinician {id: $x})")]
    [InlineData("(:Clinician {account: $x})")]
    [InlineData("(:Hospital {name: $x})")]
    [InlineData("(:Patient {id: $x})")]
    [InlineData("(:Ward {region: 'north', name: $x})")]
    [InlineData("(:Region {name: $x})")]
    [InlineData("(:Room {region: 'north', ward: 'ICU', name: $x})")]
    public async Task The_schema_allows_one_node_of_a_kind(string node)
    {
        await store.ProbeAsync(default);
        await AskAsync($"CREATE {node}", writes: true);
        // The same call finds the node the next time, so this may mend.
        var refused = await Assert.ThrowsAsync<StoreContendedException>(() => AskAsync($"CREATE {node}", writes: true));
        Assert.Contains("ConstraintValidationFailed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_refuses_is_refused()
    {
        await RefusedAsync("AccessMode", () => AskAsync("CREATE (:Patient {id: $x})"));
        await RefusedAsync("ParameterMissing", () => AskAsync("RETURN $y"));
        await RefusedAsync("SyntaxError", () => AskAsync("RETRUN 1"));
        Assert.Equal(["[0]"], await AskAsync("MATCH (n) RETURN count(n)"));

        using var stranger = new Neo4jClient(options with { Password = "guessed" });
        var account = await Assert.ThrowsAsync<StoreRefusedException>(() => stranger.RunAsync("RETURN 1", null, writes: false, default).AsTask());
        Assert.Equal("Neo4j care team: refuses the user name or password.", account.Message);
    }

    private static async Task RefusedAsync(string code, Func<Task> ask) =>
        Assert.Contains(code, (await Assert.ThrowsAsync<StoreException>(ask)).Message, StringComparison.Ordinal);

    private async Task<IEnumerable<string>> AskAsync(string statement, bool writes = false) =>
        (await client.RunAsync(statement, new { x = "x" }, writes, default)).Select(row => JsonSerializer.Serialize(row));
}
