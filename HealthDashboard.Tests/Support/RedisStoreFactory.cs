using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HealthDashboard.Tests.Support;

/// <summary>Stores of alerts on a server that other tests use too, under a prefix that only this test has.</summary>
/// <param name="server">Where the server is.</param>
/// <param name="time">The clock of the policy; null for the real one.</param>
internal sealed class RedisStoreFactory(string server, TimeProvider? time = null) : StoreFactory<IAlertStore>
{
    private readonly List<RedisConnection> connections = [];

    public RedisStoreFactory()
        : this(Needs.Redis())
    {
    }

    public RedisOptions Options { get; } = new() { Connection = server, Prefix = $"test-{Guid.NewGuid():N}" };

    /// <summary>One more connection, as another node has.</summary>
    public RedisConnection Connect()
    {
        var connection = new RedisConnection(
            new OptionsWrapper<RedisOptions>(Options), new StorePolicy("Redis of a test", new(), time ?? TimeProvider.System, NullLogger.Instance));
        connections.Add(connection);
        return connection;
    }

    public override IAlertStore Open() => Open(Connect());

    /// <summary>A store over a connection at hand.</summary>
    public static RedisAlertStore Open(RedisConnection connection) => new(connection, NullLogger<RedisAlertStore>.Instance);

    public override IAlertStore Reopen()
    {
        Close();
        return Open();
    }

    /// <summary>Asks the server directly, administrators' commands too.</summary>
    public RedisResult Execute(string command, params object[] arguments)
    {
        using var client = ConnectionMultiplexer.Connect(server + ",allowAdmin=true");
        return client.GetDatabase().Execute(command, arguments);
    }

    public override void Dispose()
    {
        Close();
        using var client = ConnectionMultiplexer.Connect(server + ",abortConnect=false,connectTimeout=1000");
        // A server of the test's own may have ended before.
        foreach (var at in client.GetEndPoints().Select(endpoint => client.GetServer(endpoint)).Where(at => at.IsConnected && !at.IsReplica))
            client.GetDatabase().KeyDelete([.. at.Keys(pattern: $"{{{Options.Prefix}}}:*", pageSize: 1000)]);
    }

    private void Close()
    {
        Task.WaitAll(connections.Select(connection => connection.DisposeAsync().AsTask()));
        connections.Clear();
    }
}
