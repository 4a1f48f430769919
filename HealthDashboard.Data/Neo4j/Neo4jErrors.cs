using System.Net;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Neo4j;

/// <summary>The driver's error: a code of Neo4j, or a status of HTTP where there is none. Its message would quote values of patients.</summary>
/// <param name="code">For example <c>Neo.ClientError.Statement.SyntaxError</c>, or <c>HTTP 404</c>.</param>
internal sealed class Neo4jException(string code) : Exception(code)
{
    /// <summary>The code.</summary>
    public string Code { get; } = code;
}

/// <summary>What the errors of Neo4j mean for a caller: try again, an operator must mend something, or a fault of this program.</summary>
internal static class Neo4jErrors
{
    /// <summary>Neo4j locks a name for 5 s after three wrong passwords.</summary>
    private static readonly TimeSpan LockedFor = TimeSpan.FromSeconds(5);

    /// <summary>How long nothing is asked that would be refused just the same.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(30);

    /// <summary>The error to throw for a code.</summary>
    /// <param name="code">The code; null when the answer has none.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="retryAfter">How long the server asked to be left alone.</param>
    public static StoreException Of(string? code, HttpStatusCode status, TimeSpan? retryAfter)
    {
        var inner = new Neo4jException(code ?? $"HTTP {(int)status}");
        return inner.Code switch
        {
            "Neo.ClientError.Security.AuthenticationRateLimit" =>
                Refused("locks the user name for some seconds after wrong passwords: another program sends them.", LockedFor),
            "Neo.ClientError.Security.CredentialsExpired" => Refused("asks for a new password of the account before anything else.", BetweenLooks),
            "Neo.ClientError.Security.Unauthorized" or "Neo.ClientError.Security.TokenExpired" or "HTTP 401" =>
                StoreRefusedException.Account(Neo4jClient.Store, inner),
            "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase" or "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase" =>
                Refused("is read-only: what is stored can be read, and nothing can be changed.", null),
            "Neo.ClientError.Database.DatabaseNotFound" => Refused("has no database of the name that ConnectionStrings:Neo4j gives.", BetweenLooks),
            var security when security.StartsWith("Neo.ClientError.Security.", StringComparison.Ordinal) =>
                Refused($"does not allow the account to do this ({security}).", null),
            // Two calls that make the same node at once: the constraint stops one, and the same call finds the node the next time.
            "Neo.TransientError.Transaction.DeadlockDetected" or "Neo.ClientError.Schema.ConstraintValidationFailed" =>
                new StoreContendedException(Neo4jClient.Store, $"others change the same records: {inner.Code}.", inner),
            _ when retryAfter is not null || MayMend(inner.Code, status) =>
                new StoreUnavailableException(Neo4jClient.Store, $"not now: {inner.Code}.", inner) { RetryAfter = retryAfter },
            _ when code is null => Refused($"has no Query API at the address of ConnectionStrings:Neo4j ({inner.Code}).", BetweenLooks),
            _ => new StoreException(Neo4jClient.Store, $"refused: {inner.Code}.", inner),
        };

        StoreRefusedException Refused(string reason, TimeSpan? wait) => new(Neo4jClient.Store, reason, inner) { RetryAfter = wait };
    }

    /// <summary>Whether the statement did not run because the database has not reached, or does not know, the bookmarks it came with.</summary>
    public static bool IsOfBookmarks(StoreException error) => Code(error) is { } code
        && code.Contains("Bookmark", StringComparison.Ordinal) && code.StartsWith("Neo.", StringComparison.Ordinal);

    /// <summary>Whether a constraint could not be made because it is there.</summary>
    public static bool IsThere(StoreException error) => Code(error) == "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists";

    /// <summary>Whether a constraint could not be made because the graph does not keep to it, or because another thing of the schema is in its place.</summary>
    public static bool IsOfSchema(StoreException error) => Code(error) is { } code
        && (code.StartsWith("Neo.ClientError.Schema.", StringComparison.Ordinal) || code.StartsWith("Neo.DatabaseError.Schema.", StringComparison.Ordinal));

    private static string? Code(StoreException error) => (error.InnerException as Neo4jException)?.Code;

    // An error of the database, for example a full disk, is none of the statement.
    private static bool MayMend(string code, HttpStatusCode status) =>
        code.StartsWith("Neo.TransientError.", StringComparison.Ordinal) || code.StartsWith("Neo.DatabaseError.", StringComparison.Ordinal)
        || code == "Neo.ClientError.Cluster.NotALeader"
        || status == HttpStatusCode.TooManyRequests
        || ((int)status >= 500 && !code.StartsWith("Neo.ClientError.", StringComparison.Ordinal));
}
