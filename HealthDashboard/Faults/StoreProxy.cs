using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace HealthDashboard.Faults;

/// <summary>
/// Stands between this program and one server of a role and passes bytes on as they are, so that the real driver meets the real failure:
/// a connection that is refused or breaks, an answer that is late.
/// </summary>
internal sealed class StoreProxy : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;

    // What waits to be passed on a connection that is slow: more, and the sender waits.
    private const int MostChunks = 64;

    private readonly string host;
    private readonly int port;
    private readonly FaultBoard board;
    private readonly string role;
    private readonly int number;
    private readonly TimeProvider time;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private readonly Task accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="listenOn">Where: a loopback address, and 0 for any free port.</param>
    /// <param name="host">The server's name or address.</param>
    /// <param name="port">The server's port.</param>
    /// <param name="board">The switches.</param>
    /// <param name="role">The role, as health names it.</param>
    /// <param name="number">Which of the role's servers it is, from 0: with so many or fewer unavailable, this one is not.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="SocketException">The port is in use.</exception>
    public StoreProxy(IPEndPoint listenOn, string host, int port, FaultBoard board, string role, int number, TimeProvider time)
    {
        (this.host, this.port, this.board, this.role, this.number, this.time) = (host, port, board, role, number, time);
        listener = new TcpListener(listenOn);
        listener.Start();
        board.OnChanged(BreakWhatIsCut);
        accepting = AcceptAsync(stop.Token);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        foreach (var socket in open.Keys)
            socket.Dispose();
        await accepting;
        stop.Dispose();
    }

    private bool IsCut => board.Of(role) is { Mode: FaultMode.Unavailable, Amount: var servers } && (servers == 0 || number < servers);

    private void BreakWhatIsCut()
    {
        if (!IsCut)
            return;
        foreach (var socket in open.Keys)
            Break(socket);
    }

    private async Task AcceptAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(cancel);
                if (IsCut)
                    Break(client);
                else
                    _ = PassAsync(client, cancel);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The program ends.
        }
    }

    private async Task PassAsync(Socket client, CancellationToken cancel)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            client.NoDelay = true;
            (open[client], open[server]) = (true, true);
            await server.ConnectAsync(host, port, cancel);
            // Whoever ends first ends the other way too: no protocol of ours uses half a connection.
            await Task.WhenAny(PumpAsync(client, server, judges: true, cancel), PumpAsync(server, client, judges: false, cancel));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client sees its connection break, as it would without us.
        }
        finally
        {
            open.TryRemove(client, out _);
            open.TryRemove(server, out _);
            Break(client);
            Break(server);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool judges, CancellationToken cancel)
    {
        var chunks = Channel.CreateBounded<(byte[] Bytes, DateTimeOffset Due)>(new BoundedChannelOptions(MostChunks) { SingleReader = true, SingleWriter = true });
        var writing = WriteAsync(chunks, to, cancel);
        try
        {
            var buffer = new byte[ChunkBytes];
            while (await from.ReceiveAsync(buffer, cancel) is > 0 and var length)
            {
                var fault = board.Of(role);
                if (IsCut || (judges && board.Fails(fault)))
                    break;
                var late = judges && fault.Mode == FaultMode.Slow ? TimeSpan.FromMilliseconds(fault.Amount) : TimeSpan.Zero;
                await chunks.Writer.WriteAsync((buffer[..length], time.GetUtcNow() + late), cancel);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException or ChannelClosedException)
        {
            // The connection is over.
        }
        chunks.Writer.TryComplete();
        await writing;
    }

    private async Task WriteAsync(Channel<(byte[] Bytes, DateTimeOffset Due)> chunks, Socket to, CancellationToken cancel)
    {
        try
        {
            await foreach (var (bytes, due) in chunks.Reader.ReadAllAsync(cancel))
            {
                if (due - time.GetUtcNow() is { Ticks: > 0 } wait)
                    await Task.Delay(wait, time, cancel);
                for (var sent = 0; sent < bytes.Length;)
                    sent += await to.SendAsync(bytes.AsMemory(sent), cancel);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection is over, and nobody sends on what would still be read for it.
            chunks.Writer.TryComplete();
            Break(to);
        }
    }

    // With nothing left to send the other side gets a reset, as from a server that was killed.
    private static void Break(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
        socket.Dispose();
    }
}
