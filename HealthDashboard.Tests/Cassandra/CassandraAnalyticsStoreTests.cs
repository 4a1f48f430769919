using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Cassandra.Wire;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Cassandra;

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
public sealed class CassandraAnalyticsStoreTests() : AnalyticsStoreContract(new Factory())
{
    private sealed class Factory : StoreFactory<IAnalyticsStore>
    {
        private readonly CassandraOptions options = Options();
        private readonly List<Cluster> clients = [];

        public override IAnalyticsStore Open() => ScriptedCluster.OpenStore(options, client =>
        {
            clients.Add(client);
            return client;
        });

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

        private static CassandraOptions Options()
        {
            var errors = new List<string>();
            var read = CassandraOptions.Parse(Needs.Cassandra(), errors);
            Assert.Empty(errors);
            return read with { Keyspace = $"test_{Guid.NewGuid():n}" };
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
}
