using System.Net;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>What the server's refusals mean for a caller: unavailable for now, until an operator mends something, or no for good.</summary>
internal static class InfluxErrors
{
    /// <summary>What each version says, among other words, of a database or retention policy that it has not.</summary>
    public const string NotFound = "not found";

    // 2.x, while a mapping of its own and one that was made just now are there.
    private const string Mapping = "finding DBRP mappings";

    /// <summary>The store's name for people.</summary>
    public const string Store = "InfluxDB vitals";

    // The server's text may quote a line with a patient's id, so only phrases that carry none are passed on.
    private static readonly string[] Known =
    [
        "partial write: points beyond retention policy", "partial write: field type conflict", "partial write", "field type conflict",
        "max-values-per-tag limit exceeded", "max-series-per-database limit exceeded", "database not found", "retention policy not found",
        "max-concurrent-queries limit exceeded", "cache-max-memory-size exceeded", "unable to parse authentication credentials",
        "authorization failed", "not authorized", "query interrupted", "query timeout", "timeout", "unable to parse", "error parsing query",
        "engine is closed", "shard is disabled", "not implemented", "no space left on device", NotFound,
    ];

    private static readonly string[] Passing =
        [NotFound, "limit exceeded", "memory-size exceeded", "timeout", "interrupted", "closed", "disabled", Mapping];

    /// <summary>The error that an HTTP status stands for. Only 204 from <c>/write</c> says that all of a write is stored.</summary>
    /// <param name="status">The status.</param>
    /// <param name="text">The start of the answer.</param>
    /// <param name="retryAfter">What <c>Retry-After</c> said; null when nothing.</param>
    /// <param name="written">The place that was to be written; null when none was.</param>
    public static StoreException Of(HttpStatusCode status, string text, TimeSpan? retryAfter, string? written = null)
    {
        var message = $"answered {(int)status}{Explain(text)}.";
        return status switch
        {
            HttpStatusCode.Unauthorized => StoreRefusedException.Account(Store),
            HttpStatusCode.Forbidden => NoRight(written),
            _ when IsFull(text) => Full(),
            // What is missing is made again before the next attempt.
            HttpStatusCode.NotFound or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => Unavailable(message, null, retryAfter),
            _ => new StoreException(Store, message),
        };
    }

    /// <summary>The error that a query's answer carries inside a 200.</summary>
    public static StoreException OfQuery(string text)
    {
        if (text.Contains("authoriz", StringComparison.OrdinalIgnoreCase))
            return NoRight();
        if (IsFull(text))
            return Full();
        var message = $"refused a query{Explain(text)}";
        return Array.Exists(Passing, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase))
            ? Unavailable(message)
            : new StoreException(Store, message);
    }

    public static StoreUnavailableException Unavailable(string message, Exception? inner = null, TimeSpan? retryAfter = null) =>
        new(Store, message, inner) { RetryAfter = retryAfter };

    /// <summary>What only an operator can mend.</summary>
    public static StoreRefusedException Refused(string message, Exception? inner = null) => new(Store, message, inner);

    public static StoreException Malformed(Exception? inner = null) => new(Store, "gave an answer that is not understood.", inner);

    private static StoreRefusedException NoRight(string? written = null) => Refused(written is null
        ? "does not give this account the right to read the database."
        : $"does not give this account the right to write {written}.");

    private static StoreRefusedException Full() => Refused("has no room left on its disk. Free some; 1.x then needs a restart.");

    private static bool IsFull(string text) => text.Contains("no space left", StringComparison.OrdinalIgnoreCase);

    private static string Explain(string text) =>
        Array.Find(Known, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase)) is { } phrase ? $": {phrase}" : "";
}
