using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>The contract over the whole client and three scripted nodes.</summary>
public sealed class ScriptedCassandraAnalyticsStoreTests() : AnalyticsStoreContract(new Factory())
{
    private sealed class Factory : StoreFactory<IAnalyticsStore>
    {
        private readonly ScriptedCluster cluster = ScriptedCluster.Start(3);

        public override IAnalyticsStore Open() => cluster.OpenStore();

        public override IAnalyticsStore Reopen()
        {
            cluster.DisconnectAsync().GetAwaiter().GetResult();
            return Open();
        }

        public override void Dispose() => cluster.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>The contract over the cluster that TEST_CASSANDRA names, as ConnectionStrings:Cassandra would; each test has a keyspace of its own.</summary>
public sealed class CassandraAnalyticsStoreTests() : AnalyticsStoreContract(new RealCassandraFactory(Needs.Cassandra()));

/// <summary>The same over three nodes that ask for passwords.</summary>
public sealed class ThreeNodeAnalyticsStoreTests() : AnalyticsStoreContract(new RealCassandraFactory(Needs.Cassandra3()));

/// <summary>Stores on a real cluster, in a keyspace of their own, which is there when the first one opens.</summary>
internal sealed class RealCassandraFactory : StoreFactory<IAnalyticsStore>
{
    private readonly CassandraOptions options;
    private readonly List<Cluster> clients = [];

    public RealCassandraFactory(string connection)
    {
        var errors = new List<string>();
        options = CassandraOptions.Parse(connection, errors) with { Keyspace = $"test_{Guid.NewGuid():n}" };
        Assert.Empty(errors);
    }

    public override IAnalyticsStore Open() => OpenAsync().GetAwaiter().GetResult();

    public override IAnalyticsStore Reopen()
    {
        Close();
        return Open();
    }

    public override void Dispose()
    {
        Close();
        DropAsync().GetAwaiter().GetResult();
    }

    private async Task<IAnalyticsStore> OpenAsync()
    {
        var store = ScriptedCluster.OpenStore(options, client =>
        {
            clients.Add(client);
            return client;
        });
        if (await new SchemaSetup(clients[^1], options).BeginAsync(CancellationToken.None) is { } making)
            await making;
        return store;
    }

    private async Task DropAsync()
    {
        await using var client = new Cluster(options.Cluster, TimeProvider.System, NullLogger.Instance);
        await client.DefineAsync($"DROP KEYSPACE IF EXISTS {options.Keyspace}", CancellationToken.None);
    }

    private void Close()
    {
        clients.ForEach(client => client.DisposeAsync().AsTask().GetAwaiter().GetResult());
        clients.Clear();
    }
}
