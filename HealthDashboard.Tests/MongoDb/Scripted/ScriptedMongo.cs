using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb.Scripted;

/// <summary>
/// A server that speaks MongoDB's protocol on a free port and answers from a <see cref="MiniMongod"/>, unless a fault is scripted for the
/// command. The npm client talks to it in a test of its own, so that it does not share our client's misreadings.
/// </summary>
internal sealed class ScriptedMongo : IAsyncDisposable
{
    private const int OpQuery = 2004;
    private const int OpReply = 1;

    private readonly TcpListener listener;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Socket, bool> open = [];
    private readonly ConcurrentQueue<(string Command, Fault Fault)> script = [];
    private readonly Task accepting;
    private int requestId = 1000;

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

    /// <summary>The bytes of every OP_MSG that arrived.</summary>
    public ConcurrentQueue<byte[]> Messages { get; } = [];

    /// <summary>How many connections were made.</summary>
    public int Connections { get; private set; }

    /// <summary>While away it closes every connection, also those that are open.</summary>
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

    public IEnumerable<BsonDocument> Commands(string name) => Received.Where(command => command.First().Key == name);

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
            var header = new byte[OpMsg.HeaderSize];
            while (true)
            {
                await stream.ReadExactlyAsync(header, stop.Token);
                var (length, id, _, code) = OpMsg.ReadHeader(header);
                var message = new byte[length];
                header.CopyTo(message, 0);
                await stream.ReadExactlyAsync(message.AsMemory(OpMsg.HeaderSize), stop.Token);
                if (!await AnswerAsync(stream, session, id, code, message))
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

    private async Task<bool> AnswerAsync(Stream stream, MiniScram session, int id, int code, byte[] message)
    {
        var command = code == OpQuery ? ReadQuery(message) : OpMsg.Read(message);
        var name = command.First().Key;
        if (code == OpMsg.OpCode)
            Messages.Enqueue(message);
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
            reply = adding.More.Aggregate(new BsonDocument(reply), (all, more) => { all[more.Key] = more.Value; return all; });
        if (fault is Fault.Late late)
            await late.Gate.WaitAsync(stop.Token);
        if (fault is Fault.CloseAfter)
            return false;
        using var buffer = new BsonBuffer();
        var responseTo = fault is Fault.OtherAnswer ? id + 1 : id;
        if (code == OpQuery)
            WriteOpReply(buffer, responseTo, reply);
        else
            OpMsg.WriteReply(buffer, Interlocked.Increment(ref requestId), responseTo, reply);
        var inside = fault as Fault.CloseInside;
        await stream.WriteAsync(inside is null ? buffer.Written : buffer.Written[..Math.Min(inside.After, buffer.Length - 1)], stop.Token);
        return inside is null;
    }

    private Fault? Take(string name)
    {
        if (!script.TryPeek(out var next) || next.Command != name)
            return null;
        return script.TryDequeue(out var taken) ? taken.Fault : null;
    }

    // The first question of drivers that may meet servers of before 2020 [wire protocol, OP_QUERY]; ours never asks so.
    private static BsonDocument ReadQuery(ReadOnlySpan<byte> message)
    {
        var afterFlags = message[(OpMsg.HeaderSize + sizeof(int))..];
        var query = afterFlags[(afterFlags.IndexOf((byte)0) + 1 + (2 * sizeof(int)))..];
        return BsonDocument.Read(query[..BsonReader.LengthOf(query)]);
    }

    private static void WriteOpReply(BsonBuffer buffer, int responseTo, BsonDocument reply)
    {
        foreach (var number in (ReadOnlySpan<int>)[0, 1, responseTo, OpReply, 8, 0, 0, 0, 1])
            buffer.WriteInt32(number);
        reply.WriteTo(buffer);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.At(0), buffer.Length);
    }
}
