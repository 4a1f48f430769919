using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HealthDashboard.Tests.Support;

/// <summary>Stores of alerts on a server that other tests use too, under a prefix that only this test has.</summary>
internal sealed class RedisStoreFactory(string server) : StoreFactory<IAlertStore>
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
            new OptionsWrapper<RedisOptions>(Options), new StorePolicy("Redis of a test", new(), TimeProvider.System, NullLogger.Instance));
        connections.Add(connection);
        return connection;
    }

    public override IAlertStore Open() => new RedisAlertStore(Connect(), NullLogger<RedisAlertStore>.Instance);

    public override IAlertStore Reopen()
    {
        Close();
        return Open();
    }

    /// <summary>Asks the server directly.</summary>
    public RedisResult Execute(string command, params object[] arguments)
    {
        using var client = ConnectionMultiplexer.Connect(server + ",allowAdmin=true");
        return client.GetDatabase().Execute(command, arguments);
    }

    public override void Dispose()
    {
        Close();
        using var client = ConnectionMultiplexer.Connect(server + ",allowAdmin=true");
        var keys = client.GetServer(client.GetEndPoints()[0]).Keys(pattern: $"{{{Options.Prefix}}}:*", pageSize: 1000).ToArray();
        client.GetDatabase().KeyDelete(keys);
    }

    private void Close()
    {
        Task.WaitAll(connections.Select(connection => connection.DisposeAsync().AsTask()));
        connections.Clear();
    }
}
