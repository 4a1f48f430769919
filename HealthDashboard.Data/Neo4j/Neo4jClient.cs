using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// Neo4j's HTTP Query API (<c>POST /db/{database}/query/v2</c>, Neo4j 5.19 and later). Each call is one statement with parameters in a
/// transaction of its own. The bookmarks of what was written here go with every later call, so that a caller reads its own writes
/// on whichever member of a cluster answers.
/// </summary>
internal sealed class Neo4jClient : IDisposable
{
    /// <summary>The store's name for people.</summary>
    public const string Store = "Neo4j care team";

    /// <summary>Longer answers are an error and not a full memory.</summary>
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly HttpClient http;
    private readonly Uri path;
    private readonly Lock gate = new();
    private HashSet<string> bookmarks = [];

    /// <summary>Makes a client; it connects with its first call.</summary>
    /// <param name="options">Where the server is, and as whom.</param>
    /// <param name="handler">What carries the requests; null for the network. Disposed with the client.</param>
    public Neo4jClient(Neo4jOptions options, HttpMessageHandler? handler = null)
    {
        handler ??= new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false };
        // The time limit of a call is the policy's.
        http = new HttpClient(handler) { BaseAddress = options.Address, MaxResponseContentBufferSize = MostBytes, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Accept.Add(new("application/json"));
        if (options.Username is not null)
        {
            http.DefaultRequestHeaders.Authorization =
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")));
        }
        path = new Uri($"db/{options.Database}/query/v2", UriKind.Relative);
    }

    /// <summary>Runs a statement.</summary>
    /// <param name="statement">Cypher, without any value in its text.</param>
    /// <param name="parameters">The values, which the Query API takes as JSON.</param>
    /// <param name="writes">Whether it changes something; a read may be answered by any member of a cluster.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>The rows, each an array of its fields in the order of the statement's RETURN.</returns>
    /// <exception cref="StoreUnavailableException">The server is away, or asks to try again.</exception>
    /// <exception cref="StoreException">It refuses the statement or the account, or its answer is not one of the Query API.</exception>
    public async ValueTask<IReadOnlyList<JsonElement>> RunAsync(string statement, object? parameters, bool writes, CancellationToken cancel)
    {
        string[] sent;
        lock (gate)
            sent = [.. bookmarks];
        var body = new { statement, parameters = parameters ?? new { }, accessMode = writes ? "WRITE" : "READ", bookmarks = sent };
        try
        {
            using var answer = await http.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, cancel);
            var content = await answer.Content.ReadAsByteArrayAsync(cancel);
            using var document = Neo4jAnswer.Parse(content, answer);
            var rows = Neo4jAnswer.Rows(document.RootElement);
            Keep(sent, document.RootElement);
            return rows;
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new StoreException(Store, $"an answer is longer than {MostBytes} bytes.", error);
        }
        catch (HttpRequestException error)
        {
            throw new StoreUnavailableException(Store, $"cannot be reached ({error.HttpRequestError}).", error);
        }
    }

    public void Dispose() => http.Dispose();

    // A newer bookmark stands for those that its call was sent with.
    private void Keep(string[] sent, JsonElement answer)
    {
        if (!answer.TryGetProperty("bookmarks", out var received) || received.ValueKind != JsonValueKind.Array || received.GetArrayLength() == 0)
            return;
        lock (gate)
            bookmarks = [.. bookmarks.Except(sent), .. received.EnumerateArray().Select(bookmark => bookmark.GetString() ?? "")];
    }
}
