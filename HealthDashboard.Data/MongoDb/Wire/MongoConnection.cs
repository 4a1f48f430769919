using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// One connection, which answers one command at a time. Whatever goes wrong between the first byte sent and the last byte read leaves it
/// broken: the next answer could belong to the last question.
/// </summary>
internal sealed class MongoConnection : IDisposable
{
    private readonly string address;
    private readonly Stream stream;
    private int requestId;

    private MongoConnection(string address, Stream stream) => (this.address, this.stream) = (address, stream);

    /// <summary>What the server said about itself when the connection was opened.</summary>
    public BsonDocument Hello { get; private set; } = [];

    /// <summary>Whether it must not be used again.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The pool's generation that it belongs to.</summary>
    public int Generation { get; set; }

    /// <summary>When it was last used, as the clock's timestamp.</summary>
    public long UsedAt { get; set; }

    /// <summary>Opens a connection, with TLS, greeting and sign-in as the options say.</summary>
    /// <exception cref="MongoConnectionException">It cannot be opened within its time.</exception>
    /// <exception cref="MongoRefusedException">The certificate or the sign-in was refused, by either side.</exception>
    public static async Task<MongoConnection> OpenAsync(
        string address, MongoClientOptions options, bool signIn, TimeProvider time, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(options.ConnectTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        MongoConnection? connection = null;
        try
        {
            connection = new MongoConnection(address, await OpenStreamAsync(address, options, limit.Token));
            connection.Hello = await connection.RunAsync(new("admin", Greeting(options)), limit.Token);
            if (signIn && options.Credential is { } credential)
                await connection.SignInAsync(credential, limit.Token);
            return connection;
        }
        catch (Exception error)
        {
            connection?.Dispose();
            if (error is OperationCanceledException && !cancel.IsCancellationRequested)
                throw new MongoConnectionException($"{address} did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s.", error);
            if (error is CryptographicException)
                throw new MongoRefusedException("The tlsCAFile cannot be read.", error);
            if (error is AuthenticationException)
                throw new MongoRefusedException($"{address} has no certificate that is trusted for its name.", error);
            if (IsBreak(error))
                throw Broken(address, error);
            throw;
        }
    }

    /// <summary>Sends a command and gives the reply, whatever it says.</summary>
    /// <exception cref="MongoConnectionException">The connection broke.</exception>
    public async Task<BsonDocument> ExecuteAsync(MongoCommand command, CancellationToken cancel)
    {
        try
        {
            using var buffer = new BsonBuffer();
            OpMsg.Write(buffer, ++requestId, command);
            IsBroken = true;
            await stream.WriteAsync(buffer.Written, cancel);
            buffer.Clear();
            var reply = await ReceiveAsync(buffer, cancel);
            IsBroken = false;
            return reply;
        }
        catch (Exception error) when (IsBroken && IsBreak(error))
        {
            throw Broken(address, error);
        }
    }

    public void Dispose() => stream.Dispose();

    private static async Task<Stream> OpenStreamAsync(string address, MongoClientOptions options, CancellationToken cancel)
    {
        var colon = address.LastIndexOf(':');
        var (host, port) = (address[..colon].Trim('[', ']'), int.Parse(address.AsSpan(colon + 1)));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? opened = null;
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            await socket.ConnectAsync(host, port, cancel);
            opened = new NetworkStream(socket, ownsSocket: true);
            if (!options.UseTls)
                return opened;
            var secure = new SslStream(opened);
            opened = secure;
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = host, CertificateChainPolicy = ChainPolicy(options) }, cancel);
            return secure;
        }
        catch
        {
            if (opened is not null)
                await opened.DisposeAsync();
            socket.Dispose();
            throw;
        }
    }

    private static X509ChainPolicy? ChainPolicy(MongoClientOptions options)
    {
        if (options.TlsCaFile is null)
            return null;
        // A hospital's own authority rarely offers lists of what it revoked.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(options.TlsCaFile);
        return policy;
    }

    // [specifications/mongodb-handshake]
    private static BsonDocument Greeting(MongoClientOptions options) => new()
    {
        ["hello"] = 1,
        ["helloOk"] = true,
        ["client"] = new BsonDocument
        {
            ["application"] = new BsonDocument { ["name"] = options.AppName },
            ["driver"] = new BsonDocument { ["name"] = "HealthDashboard", ["version"] = "0.1" },
            ["os"] = new BsonDocument { ["type"] = Environment.OSVersion.Platform.ToString() },
            ["platform"] = RuntimeInformation.FrameworkDescription,
        },
    };

    // [specifications/auth, "SCRAM-SHA-256"]
    private async Task SignInAsync(MongoCredential credential, CancellationToken cancel)
    {
        try
        {
            var scram = ScramSha256.Start(credential);
            var reply = await RunAsync(
                new(credential.Source, new()
                {
                    ["saslStart"] = 1,
                    ["mechanism"] = "SCRAM-SHA-256",
                    ["payload"] = Payload(scram.First()),
                    ["options"] = new BsonDocument { ["skipEmptyExchange"] = true },
                }),
                cancel);
            reply = await ContinueAsync(credential, reply, scram.Final(Text(reply)), cancel);
            scram.Verify(Text(reply));
            // A server that does not know skipEmptyExchange wants to hear nothing once more.
            if (!reply["done"].AsBoolean && !(await ContinueAsync(credential, reply, "", cancel))["done"].AsBoolean)
                throw new MongoRefusedException("The server does not end the sign-in.");
        }
        catch (MongoCommandException error) when (!error.MayPass)
        {
            throw new MongoRefusedException($"{address} did not let {credential} sign in (error {error.Code}).", error) { IsAccount = true };
        }
    }

    private Task<BsonDocument> ContinueAsync(MongoCredential credential, BsonDocument reply, string payload, CancellationToken cancel) => RunAsync(
        new(credential.Source, new() { ["saslContinue"] = 1, ["conversationId"] = reply["conversationId"], ["payload"] = Payload(payload) }),
        cancel);

    private static BsonBinary Payload(string text) => new(0, Encoding.UTF8.GetBytes(text));

    private static string Text(BsonDocument reply) => Encoding.UTF8.GetString(reply["payload"].AsBinary.Bytes);

    private async Task<BsonDocument> RunAsync(MongoCommand command, CancellationToken cancel)
    {
        var reply = await ExecuteAsync(command, cancel);
        MongoCommandException.ThrowIfFailed(command.Name, reply);
        return reply;
    }

    private async Task<BsonDocument> ReceiveAsync(BsonBuffer buffer, CancellationToken cancel)
    {
        await FillAsync(buffer, OpMsg.HeaderSize, cancel);
        var header = OpMsg.ReadHeader(buffer.WrittenSpan);
        if (header.ResponseTo != requestId)
            throw new BsonException("An answer to another question.");
        // The buffer grows with what arrives, not with what is announced.
        await FillAsync(buffer, header.Length, cancel);
        return OpMsg.Read(buffer.WrittenSpan);
    }

    private async Task FillAsync(BsonBuffer buffer, int length, CancellationToken cancel)
    {
        while (buffer.Length < length)
        {
            var room = buffer.GetMemory(1);
            var read = await stream.ReadAsync(room[..Math.Min(room.Length, length - buffer.Length)], cancel);
            if (read == 0)
                throw new EndOfStreamException();
            buffer.Advance(read);
        }
    }

    private static bool IsBreak(Exception error) => error is IOException or SocketException or BsonException or ObjectDisposedException;

    private static MongoConnectionException Broken(string address, Exception error) => new(
        error switch
        {
            BsonException => $"{address} sent what this client cannot read: {error.Message}",
            SocketException { SocketErrorCode: var code } => $"{address} cannot be reached ({code}).",
            _ => $"{address} closed the connection.",
        },
        error);
}
