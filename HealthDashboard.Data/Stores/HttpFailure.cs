using System.Net.Sockets;

namespace HealthDashboard.Data.Stores;

/// <summary>How an HTTP client says that it did not reach its server.</summary>
public static class HttpFailure
{
    /// <summary>
    /// Whether the server could not be reached. A connection that is reset before the client has looked at it ends in a bare
    /// <see cref="SocketException"/> and not in an <see cref="HttpRequestException"/>.
    /// </summary>
    public static bool IsUnreachable(Exception error) => error is HttpRequestException or SocketException;

    /// <summary>What kind of failure it was, in the client's own word.</summary>
    public static HttpRequestError KindOf(Exception error) => error is HttpRequestException request ? request.HttpRequestError : HttpRequestError.ConnectionError;
}
