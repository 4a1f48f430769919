using System.Net;
using System.Net.Sockets;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Unit.Stores;

/// <summary>A server that accepts connections and resets each at once, as one behind a dead proxy does: unavailable, whenever the reset comes.</summary>
public sealed class ResetServerTests : IDisposable
{
    private const int Attempts = 200;

    private readonly TcpListener server = new(IPAddress.Loopback, 0);

    public ResetServerTests()
    {
        server.Start();
        _ = ResetAsync();
    }

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task InfluxDB_is_unavailable()
    {
        using var client = new InfluxClient(InfluxDbOptions.Parse($"http://{server.LocalEndpoint}", TimeSpan.FromDays(7), out _)!, TimeProvider.System);
        for (var i = 0; i < Attempts; i++)
            await Assert.ThrowsAsync<StoreUnavailableException>(() => client.PingAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Neo4j_is_unavailable()
    {
        using var client = new Neo4jClient(Neo4jOptions.Parse($"http://{server.LocalEndpoint};Username=neo4j;Password=secret", out _)!);
        for (var i = 0; i < Attempts; i++)
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await client.RunAsync("RETURN 1", null, writes: false, TestContext.Current.CancellationToken));
    }

    private async Task ResetAsync()
    {
        try
        {
            while (true)
            {
                using var client = await server.AcceptSocketAsync();
                client.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
