using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>
/// A server that speaks MongoDB's protocol on a free port and answers from a <see cref="MiniMongod"/>, unless a fault is scripted for the
/// command.
/// </summary>
internal sealed class ScriptedMongo : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Socket, bool> open = [];
    private readonly ConcurrentQueue<(string Command, Fault Fault)> script = [];
    private readonly Task accepting;

    public ScriptedMongo(MiniMongod node, X509Certificate2? certificate = null, int port = 0)
    {
        this.certificate = certificate;
        listener = new TcpListener(IPAddress.Loopback, port);
        Node = node;
        listener.Start();
        node.Address = Address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        accepting = AcceptAsync();
    }

    public MiniMongod Node { get; }

    public string Address { get; }

    /// <summary>Every command that arrived, hello apart.</summary>
    public ConcurrentQueue<BsonDocument> Received { get; } = [];

    /// <summary>How many connections were made.</summary>
    public int Connections { get; private set; }

    /// <summary>While unavailable it closes every connection, also those that are open.</summary>
    public bool IsAway
    {
        get;
        set
        {
            field = value;
            if (value)
                Drop();
        }
    }

    public int OpenConnections => open.Count;

    /// <summary>The next so many commands of this name fail like this. Scripted faults are used up in order.</summary>
    public void Next(string command, Fault fault, int times = 1)
    {
        for (var i = 0; i < times; i++)
            script.Enqueue((command, fault));
    }

    public IEnumerable<BsonDocument> Commands(string name) => Received.Where(command => command.GetElement(0).Name == name);

    /// <summary>Closes every connection that is open.</summary>
    public void Drop()
    {
        foreach (var socket in open.Keys)
            socket.Close(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        listener.Stop();
        Drop();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(stop.Token);
                if (IsAway)
                {
                    socket.Dispose();
                    continue;
                }
                Connections++;
                open.TryAdd(socket, true);
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            await using var network = new NetworkStream(socket, ownsSocket: true);
            await using Stream stream = certificate is null ? network : new SslStream(network);
            if (stream is SslStream secure)
                await secure.AuthenticateAsServerAsync(certificate!);
            var session = new MiniScram();
            var header = new byte[WireMessage.HeaderSize];
            while (true)
            {
                await stream.ReadExactlyAsync(header, stop.Token);
                var message = new byte[WireMessage.Int32(header, 0)];
                header.CopyTo(message, 0);
                await stream.ReadExactlyAsync(message.AsMemory(header.Length), stop.Token);
                if (!await AnswerAsync(stream, session, message))
                    return;
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side has gone.
        }
        finally
        {
            open.TryRemove(socket, out _);
        }
    }

    private async Task<bool> AnswerAsync(Stream stream, MiniScram session, byte[] message)
    {
        var command = WireMessage.Read(message);
        var name = command.GetElement(0).Name;
        if (name is not ("hello" or "isMaster" or "ismaster"))
            Received.Enqueue(command);
        var fault = Take(name);
        if (fault is Fault.CloseBefore)
            return false;
        if (fault is Fault.Bytes bytes)
        {
            await stream.WriteAsync(bytes.Sent, stop.Token);
            return false;
        }
        var reply = fault is Fault.Answer answer ? answer.Reply : await Node.RunAsync(command, session, stop.Token);
        if (fault is Fault.Adding adding)
            reply = new BsonDocument(reply).Merge(adding.More);
        if (fault is Fault.Late late)
            await late.Gate.WaitAsync(stop.Token);
        if (fault is Fault.CloseAfter)
            return false;
        var id = WireMessage.Int32(message, 4);
        var answered = WireMessage.Reply(message, fault is Fault.OtherAnswer ? id + 1 : id, reply);
        var inside = fault as Fault.CloseInside;
        await stream.WriteAsync(inside is null ? answered : answered[..Math.Min(inside.After, answered.Length - 1)], stop.Token);
        return inside is null;
    }

    private Fault? Take(string name)
    {
        if (!script.TryPeek(out var next) || next.Command != name)
            return null;
        return script.TryDequeue(out var taken) ? taken.Fault : null;
    }
}
