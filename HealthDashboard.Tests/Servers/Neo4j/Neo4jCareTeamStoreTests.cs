using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>The contract through the client, with a fake behind the Query API.</summary>
public sealed class Neo4jCareTeamStoreTests() : CareTeamStoreContract(new Fake())
{
    private sealed class Fake : StoreFactory<ICareTeamStore>
    {
        private readonly StoreFactory<ICareTeamStore> behind = SqliteCareTeamStoreTests.Sqlite();

        public override ICareTeamStore Open() => Neo4jStores.Over(new FakeNeo4j(behind.Open()));

        public override ICareTeamStore Reopen() => Neo4jStores.Over(new FakeNeo4j(behind.Reopen()));

        public override void Dispose() => behind.Dispose();
    }
}

/// <summary>The contract against the server that TEST_NEO4J names.</summary>
public sealed class Neo4jServerCareTeamStoreTests() : CareTeamStoreContract(new Neo4jStoreFactory(Emptied()))
{
    private static Neo4jOptions Emptied()
    {
        var options = Neo4jOptions.Parse(Needs.Neo4j(), out var error) ?? throw new InvalidOperationException(error);
        using var client = new Neo4jClient(options);
        client.RunAsync("MATCH (n) DETACH DELETE n", null, writes: true, default).AsTask().GetAwaiter().GetResult();
        return options;
    }
}

internal static class Neo4jStores
{
    public static readonly Neo4jOptions Options = new() { Address = new("http://neo4j.test:7474"), Username = "nurse", Password = "a:b" };

    public static Neo4jCareTeamStore Over(HttpMessageHandler handler) => Over(new Neo4jClient(Options, handler));

    /// <summary>With patience: a server that has just started takes seconds for the first statement of a kind.</summary>
    public static Neo4jCareTeamStore Over(Neo4jClient client, TimeProvider? time = null) => new(
        client,
        new StorePolicy(
            Neo4jClient.Store, new() { FirstPause = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(60) }, time ?? TimeProvider.System, NullLogger.Instance),
        time ?? TimeProvider.System);
}
