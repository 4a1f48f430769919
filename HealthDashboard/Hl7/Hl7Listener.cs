using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using HealthDashboard.Accounts;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hl7;

/// <summary>
/// Listens for HL7 clients, several connections at once. The messages of one connection are processed one after the other, each answered before the next.
/// When the program stops, messages that have come whole are still answered.
/// </summary>
internal sealed partial class Hl7Listener(Hl7Desk desk, Hl7Statistics statistics, IOptions<Hl7Options> options, TimeProvider time, ILogger<Hl7Listener> log) : BackgroundService
{
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Socket, Task> open = new();
    private readonly Hl7Options settings = options.Value;
    private TcpListener? listener;
    private SslServerAuthenticationOptions? tls;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        tls = Tls();
        var address = IPAddress.Parse(settings.Address);
        listener = new TcpListener(address, settings.Port!.Value);
        try
        {
            listener.Start();
        }
        catch (SocketException error)
        {
            throw new OptionsValidationException(Hl7Options.Section, typeof(Hl7Options), [$"Hl7:Port {settings.Port} at {settings.Address} cannot be opened: {error.Message}."]);
        }
        LogListening(address, settings.Port.Value, tls is null ? "without TLS" : tls.ClientCertificateRequired ? "TLS, clients have certificates" : "TLS");
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        listener?.Stop();
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(open.Values).WaitAsync(LastAnswers, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var socket in open.Keys)
            socket.Dispose();
    }

    public override void Dispose()
    {
        listener?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener!.AcceptSocketAsync(stoppingToken);
            }
            catch (SocketException error)
            {
                // One that was gone before it was accepted, or no descriptor left: the next attempt may do.
                LogNotAccepted(error.SocketErrorCode);
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, stoppingToken);
                continue;
            }
            var served = new TaskCompletionSource();
            open[socket] = served.Task;
            _ = ServeAsync(socket, served, stoppingToken);
        }
    }

    private async Task ServeAsync(Socket socket, TaskCompletionSource served, CancellationToken stop)
    {
        // So that the next client need not wait until this one has sent something.
        await Task.Yield();
        try
        {
            if (socket.RemoteEndPoint is not IPEndPoint client || !settings.Allows(AddressOf(client)))
            {
                statistics.Refuse("address");
                LogRefused(socket.RemoteEndPoint is IPEndPoint known ? AddressOf(known) : null, "its address is not in Hl7:Allow");
            }
            else if (!statistics.TryEnter(settings.MaxConnections))
            {
                LogRefused(AddressOf(client), "there are Hl7:MaxConnections connections");
            }
            else
            {
                await EnteredAsync(socket, AddressOf(client), stop);
            }
        }
#pragma warning disable CA1031 // A connection that breaks is nobody else's business.
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogEnded(error.GetType().Name);
        }
        finally
        {
            open.TryRemove(socket, out _);
            socket.Dispose();
            served.SetResult();
        }
    }

    private async Task EnteredAsync(Socket socket, IPAddress client, CancellationToken stop)
    {
        try
        {
            // What is done for this client is in the audit with its address.
            Caller.Current = new Caller(client.ToString());
            socket.NoDelay = true;
            await using var stream = await OpenAsync(new NetworkStream(socket, ownsSocket: true), client, stop);
            if (stream is not null)
                await new Hl7Connection(stream, desk, settings, time).RunAsync(stop);
        }
        finally
        {
            statistics.Leave();
        }
    }

    private async Task<Stream?> OpenAsync(NetworkStream stream, IPAddress client, CancellationToken stop)
    {
        if (tls is null)
            return stream;
        var secure = new SslStream(stream);
        try
        {
            using var limit = new CancellationTokenSource(settings.MessageTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            await secure.AuthenticateAsServerAsync(tls, either.Token);
            return secure;
        }
        catch (Exception error) when (error is AuthenticationException or IOException or OperationCanceledException)
        {
            await secure.DisposeAsync();
            statistics.Refuse("tls");
            LogRefused(client, "TLS did not come about");
            return null;
        }
    }

    private SslServerAuthenticationOptions? Tls()
    {
        if (settings.ReadCertificate() is not { } certificate)
            return null;
        var issuers = settings.ReadClientIssuers();
        return new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = issuers is not null,
            RemoteCertificateValidationCallback = (_, theirs, _, _) => issuers is null || IsOf(issuers, theirs),
        };
    }

    private static bool IsOf(X509Certificate2Collection issuers, X509Certificate? theirs)
    {
        if (theirs is null)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(issuers);
        // The hospital's own issuer has no list on the web.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(theirs as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(theirs.GetRawCertData()));
    }

    private static IPAddress AddressOf(IPEndPoint client) => client.Address.IsIPv4MappedToIPv6 ? client.Address.MapToIPv4() : client.Address;

    [LoggerMessage(Level = LogLevel.Information, Message = "HL7 v2 over MLLP at {Address}, port {Port}, {Security}")]
    private partial void LogListening(IPAddress address, int port, string security);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An HL7 client at {Address} was refused: {Reason}")]
    private partial void LogRefused(IPAddress? address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An HL7 client could not be accepted: {Error}")]
    private partial void LogNotAccepted(SocketError error);

    [LoggerMessage(Level = LogLevel.Debug, Message = "An HL7 connection ended: {Reason}")]
    private partial void LogEnded(string reason);
}
