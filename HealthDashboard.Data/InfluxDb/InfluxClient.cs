using System.Net;
using System.Net.Http.Headers;
using System.Text;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// InfluxDB's public HTTP API: line protocol to <c>/write</c>, InfluxQL to <c>/query</c> [InfluxDB 1.x, "InfluxDB API reference"],
/// as 2.x and 3.x answer it too.
/// Knows no layout and repeats nothing; a server that names a <c>Retry-After</c> is not asked again before.
/// </summary>
internal sealed class InfluxClient : IDisposable
{
    // What a server can ask for; a wrong header must not take it away for a day.
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(3);

    // Addresses are looked up again after this, so that a server may move.
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(5);

    private readonly HttpClient http;
    private readonly InfluxDbOptions options;
    private readonly TimeProvider time;
    private long restUntil;

    /// <summary>Makes a client; connects when it is first used.</summary>
    /// <param name="options">Where the server is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="handler">What sends the requests; null for the network.</param>
    public InfluxClient(InfluxDbOptions options, TimeProvider time, HttpMessageHandler? handler = null)
    {
        (this.options, this.time) = (options, time);
        http = new HttpClient(handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = ConnectLimit,
            PooledConnectionLifetime = ConnectionLife,
        })
        {
            BaseAddress = new Uri(options.Address.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options.Token is { } token)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", token);
        else if (options.Username is { } name)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{options.Password}")));
    }

    /// <summary>The connections, for the official client: its own would not be closed with these.</summary>
    public HttpClient Http => http;

    /// <summary>The server's version as it last told; null before its first answer.</summary>
    public string? Version { get; private set; }

    /// <summary>Asks the server which version it is.</summary>
    public async Task PingAsync(CancellationToken cancel)
    {
        using var response = await SendAsync(HttpMethod.Get, "ping", null, cancel);
    }

    /// <summary>Writes lines; when it returns the server has all of them on disk.</summary>
    /// <param name="policy">The retention policy that keeps them.</param>
    /// <param name="lines">Line protocol with times in milliseconds, gzip.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">Not all of them are stored.</exception>
    public async Task WriteAsync(string policy, ReadOnlyMemory<byte> lines, CancellationToken cancel)
    {
        using var content = new ReadOnlyMemoryContent(lines);
        content.Headers.ContentEncoding.Add("gzip");
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain", "utf-8");
        using var response = await SendAsync(HttpMethod.Post, WritePath(policy), content, cancel, $"{options.Database}/{policy}");
        // 200 is how old servers and strange proxies say that they took note, which is not that all is stored.
        if (response.StatusCode != HttpStatusCode.NoContent)
            throw InfluxErrors.Of(HttpStatusCode.OK, "", null);
    }

    /// <summary>Runs a query and hands out its rows.</summary>
    /// <exception cref="StoreException">It failed; rows may have been handed out.</exception>
    public async Task QueryAsync(InfluxQuery query, Action<InfluxRow> take, CancellationToken cancel)
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["db"] = options.Database,
            ["epoch"] = "ms",
            ["chunked"] = "true",
            ["chunk_size"] = $"{InfluxAnswer.ChunkRows}",
            ["params"] = query.Parameters,
            ["q"] = query.Text,
        });
        using var response = await SendAsync(HttpMethod.Post, "query", content, cancel);
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        await InfluxAnswer.ReadAsync(body, options.MostRows, take, cancel);
    }

    /// <summary>Whether this account may write to a place that is there. Writes nothing.</summary>
    public async Task<bool> CanWriteAsync(string policy, CancellationToken cancel)
    {
        using var response = await ExchangeAsync(HttpMethod.Post, WritePath(policy), null, cancel);
        return response.StatusCode == HttpStatusCode.NoContent;
    }

    public void Dispose() => http.Dispose();

    private string WritePath(string policy) => $"write?db={options.Database}&rp={policy}&precision=ms";

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel, string? written = null)
    {
        var response = await ExchangeAsync(method, path, content, cancel);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await FailureAsync(response, written, cancel);
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        if (Volatile.Read(ref restUntil) - time.GetUtcNow().UtcTicks is var rest and > 0)
            throw InfluxErrors.Unavailable("asked to be left alone for now.", retryAfter: TimeSpan.FromTicks(rest));
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.Headers.TryGetValues("X-Influxdb-Version", out var version))
                Version = version.First();
            return response;
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error))
        {
            throw InfluxErrors.Unavailable($"cannot be reached ({HttpFailure.KindOf(error)}).", error);
        }
    }

    private async Task<StoreException> FailureAsync(HttpResponseMessage response, string? written, CancellationToken cancel)
    {
        var retryAfter = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        if (retryAfter is { } rest)
        {
            retryAfter = rest = rest < TimeSpan.Zero ? TimeSpan.Zero : rest > LongestRest ? LongestRest : rest;
            Volatile.Write(ref restUntil, (time.GetUtcNow() + rest).UtcTicks);
        }

        var start = new byte[1024];
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel);
            var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
            return InfluxErrors.Of(response.StatusCode, Encoding.UTF8.GetString(start, 0, length), retryAfter, written);
        }
        catch (IOException)
        {
            return InfluxErrors.Of(response.StatusCode, "", retryAfter, written);
        }
    }
}
