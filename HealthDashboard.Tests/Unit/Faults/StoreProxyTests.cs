using System.Net;
using System.Net.Sockets;
using HealthDashboard.Faults;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Faults;

/// <summary>The proxy before a server, with one that sends back what it gets.</summary>
public sealed class StoreProxyTests : IAsyncLifetime
{
    private readonly ManualTime time = new();
    private readonly TcpListener server = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private FaultBoard board = null!;
    private StoreProxy proxy = null!;

    public ValueTask InitializeAsync()
    {
        server.Start();
        _ = EchoAsync(stop.Token);
        board = new FaultBoard(time);
        proxy = Before(number: 0);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await proxy.DisposeAsync();
        await stop.CancelAsync();
        server.Dispose();
        stop.Dispose();
    }

    [Fact]
    public async Task Bytes_pass_as_they_are()
    {
        using var client = await ConnectAsync(proxy);
        var sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        var back = new byte[sent.Length];
        var reading = client.GetStream().ReadExactlyAsync(back, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(sent, TestContext.Current.CancellationToken);
        await reading;
        Assert.Equal(sent, back);
    }

    [Fact]
    public async Task A_cut_breaks_what_is_open_and_refuses_what_comes_until_it_is_mended()
    {
        using var open = await ConnectAsync(proxy);
        Assert.True(await AnswersAsync(open));
        board.Set("vitals", new StoreFault(FaultMode.Unavailable));
        Assert.False(await AnswersAsync(open));
        Assert.False(await AnswersAnewAsync(proxy));
        board.Set("vitals", default);
        Assert.True(await AnswersAnewAsync(proxy));
    }

    [Fact]
    public async Task Of_several_as_many_are_cut_as_the_switch_says()
    {
        await using var second = Before(number: 1);
        board.Set("vitals", new StoreFault(FaultMode.Unavailable, 1));
        Assert.Equal((false, true), (await AnswersAnewAsync(proxy), await AnswersAnewAsync(second)));
    }

    [Fact]
    public async Task A_slow_one_holds_what_is_sent_back_for_so_long()
    {
        using var client = await ConnectAsync(proxy);
        Assert.True(await AnswersAsync(client));
        board.Set("vitals", new StoreFault(FaultMode.Slow, 800));
        var answer = AnswersAsync(client);
        await Eventually.HoldsAsync(() => time.WaitsFor(TimeSpan.FromMilliseconds(800)), "the proxy to hold it back");
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(800));
        Assert.True(await answer);
    }

    [Fact]
    public async Task One_that_always_fails_breaks_each_connection_that_asks()
    {
        board.Set("vitals", new StoreFault(FaultMode.Fails, 100));
        for (var i = 0; i < 3; i++)
            Assert.False(await AnswersAnewAsync(proxy));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_not_there_behind_the_proxy_either()
    {
        server.Stop();
        Assert.False(await AnswersAnewAsync(proxy));
    }

    private StoreProxy Before(int number) =>
        new(new IPEndPoint(IPAddress.Loopback, 0), "127.0.0.1", ((IPEndPoint)server.LocalEndpoint).Port, board, "vitals", number, time);

    private static async Task<TcpClient> ConnectAsync(StoreProxy to)
    {
        var client = new TcpClient();
        await client.ConnectAsync(to.EndPoint, TestContext.Current.CancellationToken);
        return client;
    }

    // A connection that is broken at once may be so before it is known to be there.
    private static async Task<bool> AnswersAnewAsync(StoreProxy to)
    {
        try
        {
            using var client = await ConnectAsync(to);
            return await AnswersAsync(client);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync(new byte[] { 7 }, TestContext.Current.CancellationToken);
            var back = new byte[1];
            return await client.GetStream().ReadAsync(back, TestContext.Current.CancellationToken) == 1 && back[0] == 7;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task EchoAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
                _ = EchoAsync(await server.AcceptTcpClientAsync(cancel), cancel);
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task EchoAsync(TcpClient client, CancellationToken cancel)
    {
        using (client)
        {
            try
            {
                await client.GetStream().CopyToAsync(client.GetStream(), cancel);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException)
            {
                // The other side has closed.
            }
        }
    }
}
