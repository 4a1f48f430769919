using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace HealthDashboard.Data.Cql;

/// <summary>Opens the bytes' way to a node: TCP, and TLS over it where that is asked for.</summary>
internal static class Transport
{
    /// <summary>Connects.</summary>
    /// <param name="endPoint">The node's address.</param>
    /// <param name="name">What its certificate must be for.</param>
    /// <param name="options">Whether TLS, and how long to wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="ConnectionException">There is no way.</exception>
    public static async Task<Stream> OpenAsync(IPEndPoint endPoint, string name, ClusterOptions options, TimeProvider time, CancellationToken cancel)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await socket.ConnectAsync(endPoint, either.Token);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (!options.Tls)
                return stream;
            var secure = new SslStream(stream);
            stream = secure;
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.TlsHost ?? name,
                    RemoteCertificateValidationCallback = options.TlsTrust,
                    CertificateChainPolicy = options.TlsAuthorities is { } authorities ? Trusting(authorities) : null,
                },
                either.Token);
            return stream;
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw new ConnectionException(
                error is OperationCanceledException
                    ? $"{endPoint} took no connection within {options.ConnectTimeout.TotalSeconds:0.#} s"
                    : $"{endPoint}: {error.Message}",
                error);
        }
    }

    // An authority of one's own seldom says where withdrawn certificates are listed.
    private static X509ChainPolicy Trusting(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
