using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Servers;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Connects, and creates the collections and indexes that are missing: on the first call that reaches a server, not at the start, because
/// the program starts without MongoDB. An index over many records takes longer than a page waits, so this is work of its own, which goes on
/// when those who needed it have given up; whoever comes meanwhile waits for the same work.
/// </summary>
internal sealed class MongoSetup(MongoOptions options) : IDisposable
{
    /// <summary>A server says nothing while it builds an index.</summary>
    private static readonly TimeSpan IndexWithin = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private Task? running;
    private MongoClient? client;
    private volatile bool isDisposed;
    private volatile bool isCreating;
    private volatile bool isDone;

    /// <summary>The database; not before <see cref="EnsureAsync"/>.</summary>
    public IMongoDatabase Database => Client.GetDatabase(options.Database);

    /// <summary>The client; not before <see cref="EnsureAsync"/>.</summary>
    public MongoClient Client => client ?? throw new InvalidOperationException("Not connected.");

    /// <summary>Whether a call that was given up has waited for collections and indexes.</summary>
    public bool IsCreating => isCreating;

    /// <summary>Whether the driver knows a server that it could ask.</summary>
    public bool HasServer => Description?.Servers.Any(server => server.Type is ServerType.ReplicaSetPrimary or ServerType.ShardRouter or ServerType.LoadBalanced) ?? false;

    /// <summary>The servers' states in words.</summary>
    public string Servers => Description is { Servers: { Count: > 0 } servers } ? string.Join(", ", servers.Select(Words)) : "its hosts are not known yet";

    private ClusterDescription? Description => isDisposed ? null : client?.Cluster.Description;

    /// <summary>Returns once collections and indexes are there.</summary>
    public async ValueTask EnsureAsync(CancellationToken cancel)
    {
        if (isDone)
            return;
        Task task;
        lock (gate)
        {
            if (running is null or { IsCompleted: true })
                running = Task.Run(SetUpAsync, CancellationToken.None);
            task = running;
        }
        await task.WaitAsync(cancel);
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (client is not null && !isDisposed)
                Close(client);
            isDisposed = true;
        }
    }

    // Disposed alone, a client leaves its connections to later ones with the same settings.
    private static void Close(MongoClient client)
    {
        var cluster = client.Cluster;
        client.Dispose();
        ClusterRegistry.Instance.UnregisterAndDisposeCluster(cluster);
    }

    private static string Words(ServerDescription server)
    {
        var address = MongoErrors.Address(server.EndPoint);
        return server.HeartbeatException is { } error
            ? $"{address} {MongoErrors.Reason(error)}"
            : $"{address} is {server.Type switch
            {
                ServerType.ReplicaSetPrimary => "primary",
                ServerType.ReplicaSetSecondary => "secondary",
                ServerType.ShardRouter => "mongos",
                ServerType.Unknown => "not known yet",
                var other => other.ToString(),
            }}";
    }

    private async Task SetUpAsync()
    {
        var settings = options.Settings();
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            client ??= new MongoClient(settings);
        }
        await Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1));
        // The server's own kind: with a direct connection the driver calls the member of a replica set a cluster of one.
        if (client.Cluster.Description.Servers.Any(server => server.Type == ServerType.Standalone))
            throw MongoErrors.NoReplicaSet(MongoDbServices.Store);
        settings.SocketTimeout = IndexWithin;
        var slow = new MongoClient(settings);
        isCreating = true;
        try
        {
            await PatientSchema.CreateAsync(slow.GetDatabase(options.Database));
            isDone = true;
        }
        finally
        {
            isCreating = false;
            Close(slow);
        }
    }
}
