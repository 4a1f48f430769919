using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Faults.Storm;

/// <summary>An answer. Null as <paramref name="Status"/>: none came, and what was asked may have been done.</summary>
internal readonly record struct Answer(HttpStatusCode? Status, JsonElement Body, string? ETag)
{
    /// <summary>Whether it is known that what was asked is done.</summary>
    public bool Succeeded => Status is { } status && (int)status is >= 200 and < 300;

    /// <summary>Whether what was asked may have been done although it was not acknowledged.</summary>
    public bool IsUnknown => Status is null or HttpStatusCode.ServiceUnavailable;
}

/// <summary>Asks the nodes, and notes every answer that a caller could not work with.</summary>
internal sealed class StormClient(StormWorld world) : IDisposable
{
    // What a caller may hear while servers fail: unavailable; and of changes whose first try was not answered, that they are done already.
    private static readonly HttpStatusCode[] Allowed =
        [HttpStatusCode.ServiceUnavailable, HttpStatusCode.PreconditionFailed, HttpStatusCode.Conflict, HttpStatusCode.NotFound];

    private readonly HttpClient http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { { "X-Api-Key", "demo-key" } },
    };

    private readonly ConcurrentDictionary<string, int> counts = new();
    private readonly ConcurrentQueue<string> faults = [];
    private long slowest;
    private int answered;

    /// <summary>Answers that were wrong: another status than those that the state of the servers explains, or one without its reason.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    /// <summary>How many answers of each status came.</summary>
    public IReadOnlyDictionary<string, int> Counts => counts;

    /// <summary>How many answers came so far.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>The longest time until an answer.</summary>
    public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref slowest));

    /// <summary>Asks one node.</summary>
    /// <param name="node">Which.</param>
    /// <param name="method">The method.</param>
    /// <param name="path">The path, with its query.</param>
    /// <param name="body">What is sent as JSON; null for nothing.</param>
    /// <param name="ifMatch">The entity tag that the resource must still have; null for none.</param>
    public async Task<Answer> AskAsync(int node, HttpMethod method, string path, object? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(world.Nodes[node], path));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        var life = world.LifeOf(node);
        var began = TimeProvider.System.GetTimestamp();
        var what = $"{method} {path} of node {node}";
        try
        {
            using var answer = await http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Note(TimeProvider.System.GetElapsedTime(began));
            counts.AddOrUpdate($"{(int)answer.StatusCode}", 1, (_, count) => count + 1);
            var json = Parse(text);
            if (!answer.IsSuccessStatusCode && (!Allowed.Contains(answer.StatusCode) || !Explains(json)))
                faults.Enqueue($"{what}: {(int)answer.StatusCode} {text}");
            return new Answer(answer.StatusCode, json, answer.Headers.ETag?.Tag);
        }
        catch (Exception error) when (HttpFailure.IsUnreachable(error) || error is IOException or TaskCanceledException)
        {
            // The node ended meanwhile, or has not started again.
            if (life == world.LifeOf(node) && life % 2 == 0)
                faults.Enqueue($"{what}: {error.Message}");
        }
        counts.AddOrUpdate("none", 1, (_, count) => count + 1);
        // A node that is down refuses at once; nobody asks it thousands of times a second.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        return default;
    }

    public void Dispose() => http.Dispose();

    private static bool Explains(JsonElement problem) =>
        problem.ValueKind == JsonValueKind.Object && problem.TryGetProperty("detail", out var detail) && detail.GetString() is { Length: > 0 } text
        && !text.Contains("   at ", StringComparison.Ordinal) && !text.Contains("Exception", StringComparison.Ordinal);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The element outlives its document; it is small.")]
    private static JsonElement Parse(string text)
    {
        try
        {
            return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private void Note(TimeSpan took)
    {
        Interlocked.Increment(ref answered);
        long before;
        while ((before = Volatile.Read(ref slowest)) < took.Ticks && Interlocked.CompareExchange(ref slowest, took.Ticks, before) != before)
        {
        }
    }
}
