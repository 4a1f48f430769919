using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Storm;

/// <summary>Two nodes of the program on five servers, all of them real processes, and what can happen to them.</summary>
internal sealed class StormWorld : IAsyncDisposable
{
    private static readonly string[] Databases = ["neo4j", "mongodb", "cassandra", "influxdb2"];

    private readonly RealServers servers;
    private readonly RedisServer redis;
    private readonly List<AppServer> nodes = [];
    private readonly int[] lives = new int[2];

    private StormWorld(RealServers servers, RedisServer redis) => (this.servers, this.redis) = (servers, redis);

    /// <summary>The nodes' addresses; they stay the same.</summary>
    public IReadOnlyList<Uri> Nodes => [.. nodes.Select(node => node.Address)];

    /// <summary>What can happen, each with how it begins and how it is over.</summary>
    public IReadOnlyList<Trouble> Troubles =>
    [
        .. Databases.SelectMany(name => new[]
        {
            new Trouble($"kill {name}", () => servers.KillAsync(name), () => servers.StartAsync(name)),
            new Trouble($"stop {name}", () => servers.StopAsync(name), () => servers.StartAsync(name)),
            new Trouble($"freeze {name}", () => servers.FreezeAsync(name), () => servers.ThawAsync(name)),
        }),
        new Trouble("kill redis", redis.KillAsync, redis.StartAgainAsync),
        new Trouble("freeze redis", redis.HangAsync, redis.GoOnAsync),
        .. Enumerable.Range(0, 2).SelectMany(node => new[]
        {
            new Trouble($"kill node {node}", () => EndNodeAsync(node, nodes[node].KillAsync), () => StartNodeAsync(node)),
            new Trouble($"stop node {node}", () => EndNodeAsync(node, nodes[node].StopAsync), () => StartNodeAsync(node)),
        }),
    ];

    /// <summary>Starts everything, with empty databases.</summary>
    public static async Task<StormWorld> StartAsync()
    {
        var databases = await RealServers.UpAsync(Databases);
        var world = new StormWorld(databases, await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always"));
        try
        {
            var settings = new Dictionary<string, string>
            {
                ["Demo:Enabled"] = "false",
                ["Simulation:Enabled"] = "false",
                ["Ingest:RequestsPerSecond"] = "1000000",
                ["Ingest:BurstRequests"] = "1000000",
                ["Redis:Prefix"] = "storm",
                ["Stores:Alerts"] = "Redis",
                ["ConnectionStrings:Redis"] = world.redis.Address,
                ["Stores:Vitals"] = "InfluxDb",
                ["ConnectionStrings:InfluxDb"] = databases["TEST_INFLUXDB2"],
                ["Stores:Patients"] = "MongoDb",
                ["ConnectionStrings:MongoDb"] = databases["TEST_MONGODB"],
                ["Stores:CareTeam"] = "Neo4j",
                ["ConnectionStrings:Neo4j"] = databases["TEST_NEO4J"],
                ["Stores:Analytics"] = "Cassandra",
                ["ConnectionStrings:Cassandra"] = databases["TEST_CASSANDRA"],
            };
            for (var node = 0; node < 2; node++)
                world.nodes.Add(await AppServer.StartAsync(settings));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>A number that is even while the node runs and changes whenever it ends or starts, so that a call knows why its connection broke.</summary>
    public int LifeOf(int node) => Volatile.Read(ref lives[node]);

    /// <summary>What the node has written to its console.</summary>
    public string OutputOf(int node) => nodes[node].Output;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        await redis.DisposeAsync();
        await servers.DisposeAsync();
    }

    private async Task StartNodeAsync(int node)
    {
        await nodes[node].StartAgainAsync();
        Interlocked.Increment(ref lives[node]);
    }

    private async Task EndNodeAsync(int node, Func<Task> end)
    {
        Interlocked.Increment(ref lives[node]);
        await end();
    }
}

/// <summary>Something that happens to a process.</summary>
/// <param name="Name">What, for the report.</param>
/// <param name="BeginAsync">Makes it happen.</param>
/// <param name="EndAsync">Puts it right again, and returns when the process works.</param>
internal sealed record Trouble(string Name, Func<Task> BeginAsync, Func<Task> EndAsync);
