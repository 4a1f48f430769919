using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>
/// A server that speaks the protocol well enough to fail in every way that matters. It answers as a node does, unless its script says
/// otherwise for a request. The requests are read here by rules of their own, and the npm client drives it too, so that it does not
/// share a misreading with the client it tests.
/// </summary>
internal sealed class ScriptedNode(MemoryCql data, IPEndPoint endPoint, Func<IReadOnlyList<ScriptedNode>> cluster) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> prepared = new();
    private readonly ConcurrentDictionary<TcpClient, Task> connections = new();
    private TcpListener? listener;
    private Task accepting = Task.CompletedTask;

    public IPEndPoint EndPoint => endPoint;

    public string? Datacenter { get; init; } = "dc1";

    public string Rack { get; init; } = "rack1";

    /// <summary>Its places on the ring, as its tables have them.</summary>
    public IReadOnlyList<string> Tokens { get; set; } = [$"{(endPoint.Address.GetAddressBytes()[3] * 1000L) - 5000}"];

    /// <summary>Whether it calls its own address 0.0.0.0, as nodes that listen everywhere do.</summary>
    public bool ListensEverywhere { get; init; }

    public Guid HostId { get; } = Guid.NewGuid();

    /// <summary>A schema that it alone works with; null for the one of all.</summary>
    public Guid? OwnSchema { get; set; }

    public Guid SchemaVersion => OwnSchema ?? data.SchemaVersion;

    /// <summary>Who may ask; null for everybody.</summary>
    public (string User, string Password)? Credentials { get; init; }

    /// <summary>With what it encrypts; null when it does not.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>What to do with a request; null, or an answer of null, for what a node does.</summary>
    public Func<ScriptedRequest, Act?>? Script { get; set; }

    /// <summary>Everything that was asked, as it came.</summary>
    public ConcurrentQueue<ScriptedRequest> Received { get; } = new();

    public int Connections => connections.Count;

    /// <summary>The connections that events are reported on.</summary>
    public ConcurrentDictionary<ScriptedConversation, bool> Listeners { get; } = new();

    /// <summary>The statements that were run here, in order; a batch once for each row.</summary>
    public IEnumerable<string> Ran => Received.Where(r => r.Opcode is Opcode.Query or Opcode.Execute or Opcode.Batch).SelectMany(r => r.Statements);

    /// <summary>Tells an event to whoever has registered.</summary>
    public Task TellAsync(Action<FrameWriter> body) =>
        Task.WhenAll(Listeners.Keys.Select(listener => listener.SendAsync(ScriptedConversation.Write(-1, Opcode.Event, body))));

    /// <summary>Tells that a node has come, gone or moved, or is up or down.</summary>
    public Task TellAsync(string kind, string change, ScriptedNode about) => TellAsync(body =>
    {
        var address = about.EndPoint.Address.GetAddressBytes();
        body.String(kind);
        body.String(change);
        body.Byte((byte)address.Length);
        body.Raw(address);
        body.Int(about.EndPoint.Port);
    });

    public void ForgetPrepared() => prepared.Clear();

    public void Start()
    {
        listener = new TcpListener(EndPoint);
        listener.Start();
        accepting = AcceptAsync(listener);
    }

    /// <summary>Closes as a node that is killed does; it may be started again.</summary>
    public async Task StopAsync()
    {
        listener?.Dispose();
        await accepting;
        Disconnect();
        await Task.WhenAll(connections.Values);
        prepared.Clear();
    }

    /// <summary>Closes every connection.</summary>
    public void Disconnect()
    {
        foreach (var client in connections.Keys)
            client.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>A statement's name here, as PREPARE answers it.</summary>
    public byte[] Prepare(string cql)
    {
        var id = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(cql))[..16];
        prepared[Convert.ToHexString(id)] = cql;
        return id;
    }

    /// <summary>A statement by its name; null when it is not known.</summary>
    public string? Recall(ReadOnlySpan<byte> id) => prepared.GetValueOrDefault(Convert.ToHexString(id));

    public Plan? Parse(string cql) => data.Parse(cql, table => SystemTables.Find(table, this, cluster(), data));

    private async Task AcceptAsync(TcpListener own)
    {
        try
        {
            while (true)
            {
                var client = await own.AcceptTcpClientAsync();
                client.NoDelay = true;
                var begun = new TaskCompletionSource();
                connections[client] = ServeAsync(client, begun.Task);
                begun.SetResult();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // That is how a listener stops.
        }
    }

    private async Task ServeAsync(TcpClient client, Task begun)
    {
        await begun;
        ScriptedConversation? conversation = null;
        try
        {
            using (client)
            {
                Stream stream = client.GetStream();
                if (Certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(Certificate);
                    stream = secure;
                }
                conversation = new ScriptedConversation(this, stream);
                await conversation.RunAsync();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or EndOfStreamException or System.Security.Authentication.AuthenticationException)
        {
            // That is how a client goes.
        }
        finally
        {
            connections.TryRemove(client, out _);
            if (conversation is not null)
                Listeners.TryRemove(conversation, out _);
        }
    }
}

/// <summary>What a scripted node does instead of answering.</summary>
internal abstract record Act
{
    /// <summary>Nothing, ever.</summary>
    public sealed record Ignore : Act;

    /// <summary>Answers when something has happened; meanwhile others are answered.</summary>
    public sealed record AnswerAfter(Task Event) : Act;

    /// <summary>Answers with an error.</summary>
    public sealed record Fail(ErrorCode Code, Action<FrameWriter>? Details = null) : Act;

    /// <summary>Sends so many bytes of the answer, and closes the connection.</summary>
    public sealed record CloseAfter(int Bytes) : Act;

    /// <summary>Sends these bytes.</summary>
    public sealed record Send(byte[] Bytes) : Act;
}
