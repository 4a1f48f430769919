using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
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
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    private const long LongestAnswer = 1024 * 1024;
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
        using var response = await SendAsync(HttpMethod.Post, $"write?db={options.Database}&rp={policy}&precision=ms", content, cancel);
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

    /// <summary>Asks for one of 2.x's resources.</summary>
    /// <returns>The status, whatever it is, and the answer; empty where it is no JSON object.</returns>
    /// <exception cref="StoreException">The server did not answer.</exception>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> AskAsync(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var content = body is null ? null : JsonContent.Create(body);
        using var response = await ExchangeAsync(method, path, content, cancel);
        if (response.StatusCode >= HttpStatusCode.InternalServerError)
            throw await FailureAsync(response, cancel);
        try
        {
            await response.Content.LoadIntoBufferAsync(LongestAnswer, cancel);
            using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancel), cancellationToken: cancel);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
                return (response.StatusCode, json.RootElement.Clone());
        }
        catch (Exception error) when (error is JsonException or HttpRequestException or IOException)
        {
            // No answer of such a server's.
        }
        return (response.StatusCode, Nothing);
    }

    public void Dispose() => http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        var response = await ExchangeAsync(method, path, content, cancel);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await FailureAsync(response, cancel);
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        if (Volatile.Read(ref restUntil) - time.GetUtcNow().UtcTicks is var rest and > 0)
            throw InfluxErrors.Away("asked to be left alone for now.", retryAfter: TimeSpan.FromTicks(rest));
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.Headers.TryGetValues("X-Influxdb-Version", out var version))
                Version = version.First();
            return response;
        }
        catch (HttpRequestException error)
        {
            throw InfluxErrors.Away($"cannot be reached ({error.HttpRequestError}).", error);
        }
    }

    private async Task<StoreException> FailureAsync(HttpResponseMessage response, CancellationToken cancel)
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
            return InfluxErrors.Of(response.StatusCode, Encoding.UTF8.GetString(start, 0, length), retryAfter);
        }
        catch (IOException)
        {
            return InfluxErrors.Of(response.StatusCode, "", retryAfter);
        }
    }
}
