using System.Net;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>What is seen to before the graph is used: the server's version and the constraints.</summary>
public sealed class CareTeamSetupTests : IDisposable
{
    private readonly StoreFactory<ICareTeamStore> behind = SqliteCareTeamStoreTests.Sqlite();
    private readonly ManualTime time = new(Noon);
    private readonly FakeNeo4j server;
    private readonly Neo4jClient client;
    private readonly Neo4jCareTeamStore store;

    public CareTeamSetupTests()
    {
        server = new(behind.Open());
        client = new(Neo4jStores.Options, server, time);
        store = Neo4jStores.Over(client, time);
    }

    public void Dispose()
    {
        client.Dispose();
        behind.Dispose();
    }

    [Fact]
    public async Task A_question_is_one_statement_and_needs_no_constraints()
    {
        await store.CliniciansAsync();
        await store.WorkloadAsync(Noon);
        Assert.Equal([CareTeamStatements.Clinicians, CareTeamStatements.Workload], Asked());
    }

    [Fact]
    public async Task Only_what_is_missing_is_made_once_and_before_what_is_written()
    {
        foreach (var constraint in CareTeamSchema.Constraints.Skip(2))
            server.Constraints[constraint] = true;

        await Task.WhenAll(store.PutCliniciansAsync([Clinician("Nina")]), store.PutCliniciansAsync([Clinician("Carl")]));
        await store.PutCliniciansAsync([Clinician("Dora")]);

        Assert.Equal(
            [
                CareTeamSchema.Look, CareTeamSchema.Constraints[0].Statement, CareTeamSchema.Constraints[1].Statement,
                CareTeamStatements.PutClinicians, CareTeamStatements.PutClinicians, CareTeamStatements.PutClinicians,
            ],
            Asked());
    }

    [Fact]
    public async Task A_graph_that_was_emptied_has_its_constraints_again_after_a_minute_or_a_look_at_its_health()
    {
        var nina = Clinician("Nina");
        await store.PutCliniciansAsync([nina]);
        server.Constraints.Clear();
        await store.PutCliniciansAsync([nina]);
        Assert.Empty(server.Constraints);

        time.Advance(TimeSpan.FromMinutes(1));
        await store.PutCliniciansAsync([Clinician("Carl")]);
        Assert.Equal(CareTeamSchema.Constraints.Count, server.Constraints.Count);

        server.Constraints.Clear();
        await store.ProbeAsync(default);
        Assert.Equal(CareTeamSchema.Constraints.Count, server.Constraints.Count);
    }

    [Theory]
    [InlineData("4.4.26")]
    [InlineData("5.19.0")]
    [InlineData("5.24.2")]
    public async Task A_server_that_is_too_old_is_refused_with_its_version_and_asked_nothing(string version)
    {
        server.Version = version;
        foreach (var call in new Func<Task>[] { () => store.CliniciansAsync(), () => store.PutCliniciansAsync([Clinician("Nina")]) })
        {
            var refused = await Assert.ThrowsAsync<StoreRefusedException>(call);
            Assert.Equal($"Neo4j care team: is Neo4j {version}: 5.25 or later is needed.", refused.Message);
        }
        Assert.Empty(Asked());

        server.Version = "5.25.0";
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(await store.CliniciansAsync());
    }

    [Theory]
    [InlineData("5.25.1")]
    [InlineData("5.27-aura")]
    [InlineData("2025.01.0")]
    [InlineData("2026.08.0")]
    [InlineData("dev")]
    public async Task A_server_that_is_new_enough_or_does_not_say_is_asked(string version)
    {
        server.Version = version;
        Assert.Empty(await store.CliniciansAsync());
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, "Neo.TransientError.Transaction.DeadlockDetected")]
    [InlineData(HttpStatusCode.BadRequest, "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists")]
    public async Task A_constraint_that_another_node_makes_at_the_same_time_is_no_failure(HttpStatusCode status, string code)
    {
        // The clock of the policy's pauses runs by itself.
        var live = Neo4jStores.Over(new Neo4jClient(Neo4jStores.Options, server));
        server.InsteadOf = statement => statement == CareTeamSchema.Constraints[3].Statement && server.Asked(statement) == 1
            ? Neo4jClientTests.Failure(status, code)
            : null;

        await live.PutCliniciansAsync([Clinician("Nina")]);
        Assert.Single(await live.CliniciansAsync());
    }

    [Fact]
    public async Task Nodes_that_a_constraint_forbids_are_named_by_their_kind_and_reads_go_on()
    {
        server.InsteadOf = statement => statement == CareTeamSchema.Constraints[0].Statement
            ? Neo4jClientTests.Failure(HttpStatusCode.InternalServerError, "Neo.DatabaseError.Schema.ConstraintCreationFailed")
            : null;

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.PutCliniciansAsync([Clinician("Nina")]));
        Assert.Equal(
            "cannot have the constraint clinician_id: another constraint or index is in its place, or several nodes Clinician have the same id.",
            refused.Reason);
        Assert.Empty(await store.CliniciansAsync());
    }

    private IEnumerable<string> Asked() => server.Requests.Select(request => request.GetProperty("statement").GetString()!);
}
