using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// Neo4j's HTTP Query API (<c>POST /db/{database}/query/v2</c>, see <see cref="CareTeamSetup.OldestVersion"/>). Each call is one statement with parameters in a
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
    private readonly Bookmarks bookmarks;

    /// <summary>Makes a client; it connects with its first call.</summary>
    /// <param name="options">Where the server is, and as whom.</param>
    /// <param name="handler">What carries the requests; null for the network. Disposed with the client.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <param name="log">Logs that what was written is gone; null for nowhere.</param>
    public Neo4jClient(Neo4jOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null, ILogger? log = null)
    {
        bookmarks = new(this, time ?? TimeProvider.System, log ?? NullLogger.Instance);
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
    /// <exception cref="StoreUnavailableException">The server is unavailable, asks to try again, or refuses until an operator mends something.</exception>
    /// <exception cref="StoreException">It does not take the statement, or its answer is not one of the Query API.</exception>
    public async ValueTask<IReadOnlyList<JsonElement>> RunAsync(string statement, object? parameters, bool writes, CancellationToken cancel)
    {
        var sent = bookmarks.Current;
        try
        {
            return await SendAsync(statement, parameters, writes, sent, cancel);
        }
        catch (StoreException error) when (sent.Length > 0 && Neo4jErrors.IsOfBookmarks(error))
        {
            bookmarks.Drop(sent);
            return await SendAsync(statement, parameters, writes, [], cancel);
        }
        catch (OperationCanceledException) when (sent.Length > 0)
        {
            bookmarks.Check(sent);
            throw;
        }
    }

    /// <summary>Runs a statement in any state of the database, whether or not it has reached what was written before.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public ValueTask<IReadOnlyList<JsonElement>> RunAnywhereAsync(string statement, bool writes, CancellationToken cancel) =>
        SendAsync(statement, null, writes, [], cancel);

    /// <summary>Asks for the server's version, which needs no account.</summary>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>For example <c>5.26.0</c> or <c>2025.10.1</c>; null when something in front of the server does not let it through.</returns>
    /// <exception cref="StoreUnavailableException">The server is unavailable.</exception>
    public async ValueTask<string?> VersionAsync(CancellationToken cancel)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri("", UriKind.Relative), cancel);
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("neo4j_version", out var version)
                ? version.ToString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error))
        {
            throw Unreachable(error);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Runs a statement once the database has reached the bookmarks.</summary>
    internal async ValueTask<IReadOnlyList<JsonElement>> SendAsync(
        string statement, object? parameters, bool writes, string[] after, CancellationToken cancel)
    {
        var body = new { statement, parameters = parameters ?? new { }, accessMode = writes ? "WRITE" : "READ", bookmarks = after };
        try
        {
            using var answer = await http.PostAsJsonAsync(path, body, JsonSerializerOptions.Web, cancel);
            var content = await answer.Content.ReadAsByteArrayAsync(cancel);
            using var document = Neo4jAnswer.Parse(content, answer);
            var rows = Neo4jAnswer.Rows(document.RootElement);
            if (document.RootElement.TryGetProperty("bookmarks", out var received) && received.ValueKind == JsonValueKind.Array)
                bookmarks.Keep(after, [.. received.EnumerateArray().Select(bookmark => bookmark.GetString() ?? "")]);
            return rows;
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            throw new StoreException(Store, $"an answer is longer than {MostBytes} bytes.", error);
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error))
        {
            throw Unreachable(error);
        }
    }

    private static StoreUnavailableException Unreachable(Exception error) => new(Store, $"cannot be reached ({HttpFailure.KindOf(error)}).", error);
}
