using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>Stores over one graph.</summary>
internal sealed class Neo4jStoreFactory(Neo4jOptions options) : StoreFactory<ICareTeamStore>
{
    private readonly List<Neo4jClient> clients = [];

    public override ICareTeamStore Open()
    {
        clients.Add(new Neo4jClient(options));
        return Neo4jStores.Over(clients[^1]);
    }

    public override ICareTeamStore Reopen()
    {
        Dispose();
        return Open();
    }

    public override void Dispose()
    {
        foreach (var client in clients)
            client.Dispose();
        clients.Clear();
    }
}
