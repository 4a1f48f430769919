using System.Net;
using System.Net.Sockets;
using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Scripted nodes on one port and an address each, as a cluster has them, over the same data.</summary>
internal sealed class ScriptedCluster : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> clients = [];

    private ScriptedCluster(IReadOnlyList<ScriptedNode> nodes, MemoryCql data) => (Nodes, Data) = (nodes, data);

    public IReadOnlyList<ScriptedNode> Nodes { get; }

    public MemoryCql Data { get; }

    /// <summary>The clock of the clients made here: a test moves it.</summary>
    public ManualTime Time { get; } = new();

    /// <summary>How clients connect: the first two nodes are the contact points.</summary>
    public ClusterOptions Options => new() { ContactPoints = [.. Nodes.Take(2).Select(node => (node.EndPoint.Address.ToString(), node.EndPoint.Port))] };

    public static ScriptedCluster Start(int nodes) => Start([.. Enumerable.Repeat<Make>((data, endPoint, all) => new ScriptedNode(data, endPoint, all), nodes)]);

    /// <summary>Starts a cluster of nodes that are made as each function says.</summary>
    public static ScriptedCluster Start(params Make[] nodes)
    {
        while (true)
        {
            var data = new MemoryCql();
            List<ScriptedNode> made = [];
            var port = FreePort();
            foreach (var (i, make) in nodes.Index())
                made.Add(make(data, new IPEndPoint(new IPAddress([127, 0, 0, (byte)(i + 1)]), port), () => made));
            try
            {
                made.ForEach(node => node.Start());
                return new ScriptedCluster(made, data);
            }
            catch (SocketException)
            {
                // The port is taken on another of the addresses.
                made.ForEach(node => _ = node.StopAsync());
            }
        }
    }

    /// <summary>A client, connected to the nodes by the manual clock.</summary>
    public Cluster Connect(ClusterOptions? options = null) => Keep(new Cluster(options ?? Options, Time, NullLogger.Instance));

    /// <summary>A client whose nodes are all connected.</summary>
    public async Task<Cluster> ConnectAllAsync(ClusterOptions? options = null)
    {
        var client = Connect(options);
        await Eventually.HoldsAsync(() => client.ConnectedCount == Nodes.Count(node => node.Datacenter == "dc1"), "all nodes to be connected");
        return client;
    }

    /// <summary>A store over a client of its own, by the system's clock.</summary>
    public IAnalyticsStore OpenStore() => OpenStore(new CassandraOptions { Cluster = Options }, Keep);

    public static CassandraAnalyticsStore OpenStore(CassandraOptions options, Func<Cluster, Cluster> keep, TimeProvider? time = null, ILogger? log = null)
    {
        var client = keep(new Cluster(options.Cluster, TimeProvider.System, log ?? NullLogger.Instance));
        return new CassandraAnalyticsStore(
            client,
            options,
            new SchemaSetup(client, options),
            // How long a call may take is not what these tests are about.
            new StorePolicy("Cassandra analytics", new StorePolicyOptions { Timeout = TimeSpan.FromSeconds(30) }, TimeProvider.System, log ?? NullLogger.Instance),
            time ?? TimeProvider.System);
    }

    /// <summary>Moves the clock until something holds.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what) => Eventually.HoldsAsync(
        () =>
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
            return condition();
        },
        what);

    /// <summary>Closes the clients.</summary>
    public async Task DisconnectAsync()
    {
        foreach (var client in clients)
            await client.DisposeAsync();
        clients.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }

    private Cluster Keep(Cluster client)
    {
        clients.Add(client);
        return client;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public delegate ScriptedNode Make(MemoryCql data, IPEndPoint endPoint, Func<IReadOnlyList<ScriptedNode>> all);
}
