using HealthDashboard.Data.Neo4j;

namespace HealthDashboard.Tests.Support;

/// <summary>
/// Where an app of a test keeps its data. With TEST_STORES=servers each role whose server a variable names is on that server, in a
/// database of the app's own; without it every role is embedded. So tests of pages run a second time on servers.
/// </summary>
internal sealed class ServerStores : IDisposable
{
    // Neo4j's community edition has one graph, so one app at a time has it; the care team of another one beside it is embedded.
    private static readonly SemaphoreSlim Graph = new(1, 1);

    private bool hasGraph;

    /// <summary>The configuration that puts the app there; empty when everything is embedded.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Finds a place for an app.</summary>
    /// <param name="name">The name of its databases: letters, digits and '-'.</param>
    public static async Task<ServerStores> PlaceAsync(string name)
    {
        var stores = new ServerStores();
        if (Environment.GetEnvironmentVariable("TEST_STORES") != "servers")
            return stores;
        var plain = "h" + string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
        stores.Use("Alerts", "Redis", "TEST_REDIS", address => address);
        stores.Use("Vitals", "InfluxDb", "TEST_INFLUXDB", address => $"{address};Database={name}");
        stores.Use("Vitals", "InfluxDb", "TEST_INFLUXDB2", address => $"{address};Database={name}");
        stores.Use("Patients", "MongoDb", "TEST_MONGODB", address => new UriBuilder(address) { Path = plain }.Uri.OriginalString);
        stores.Use("Analytics", "Cassandra", "TEST_CASSANDRA", address => $"{address};Keyspace={plain}");
        if (Graph.Wait(TimeSpan.Zero))
        {
            stores.hasGraph = true;
            stores.Use("CareTeam", "Neo4j", "TEST_NEO4J", address => address);
            if (stores.Settings.TryGetValue("ConnectionStrings:Neo4j", out var graph))
                await EmptyAsync(graph);
        }
        return stores;
    }

    public void Dispose()
    {
        if (hasGraph)
            Graph.Release();
        hasGraph = false;
    }

    private static async Task EmptyAsync(string address)
    {
        using var client = new Neo4jClient(Neo4jOptions.Parse(address, out _)!);
        await client.RunAsync("MATCH (n) DETACH DELETE n", null, writes: true, CancellationToken.None);
    }

    private void Use(string role, string store, string variable, Func<string, string> place)
    {
        if (Environment.GetEnvironmentVariable(variable) is not { Length: > 0 } address)
            return;
        Settings[$"Stores:{role}"] = store;
        Settings[$"ConnectionStrings:{store}"] = place(address);
    }
}
