using System.Net;
using System.Text.Json;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Neo4j;

/// <summary>
/// What the Query API answers: <c>{"data":{"fields":[...],"values":[[...]]},"bookmarks":[...]}</c> with 202, or
/// <c>{"errors":[{"code","message"}]}</c>. The message of an error may quote values of patients, so only its code is passed on.
/// </summary>
internal static class Neo4jAnswer
{
    /// <summary>Reads an answer.</summary>
    /// <exception cref="StoreException">It is an error, or none of the Query API.</exception>
    public static JsonDocument Parse(byte[] content, HttpResponseMessage answer)
    {
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(content);
        }
        catch (JsonException error) when (answer.IsSuccessStatusCode)
        {
            throw new StoreException(Neo4jClient.Store, "an answer is no JSON; ConnectionStrings:Neo4j must name the HTTP interface.", error);
        }
        catch (JsonException)
        {
            // A proxy's page; its status says what there is to say.
        }
        if (CodeOf(document?.RootElement) is not { } code && answer.IsSuccessStatusCode && document is not null)
            return document;
        code = CodeOf(document?.RootElement) ?? $"HTTP {(int)answer.StatusCode}";
        document?.Dispose();
        throw MayMend(code, answer.StatusCode)
            ? new StoreUnavailableException(Neo4jClient.Store, $"not now: {code}.") { RetryAfter = answer.Headers.RetryAfter?.Delta }
            : new StoreException(Neo4jClient.Store, $"refused: {code}.");
    }

    /// <summary>The rows of an answer; they outlive it.</summary>
    /// <exception cref="StoreException">It has none.</exception>
    public static IReadOnlyList<JsonElement> Rows(JsonElement answer) =>
        answer.ValueKind == JsonValueKind.Object
        && answer.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
        && data.TryGetProperty("values", out var values) && values.ValueKind == JsonValueKind.Array
        && values.EnumerateArray().All(row => row.ValueKind == JsonValueKind.Array)
            ? [.. values.EnumerateArray().Select(row => row.Clone())]
            : throw new StoreException(Neo4jClient.Store, "an answer has no rows.");

    private static string? CodeOf(JsonElement? answer) =>
        answer is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Array
        && errors.GetArrayLength() > 0
            ? errors[0].ValueKind == JsonValueKind.Object && errors[0].TryGetProperty("code", out var code) ? code.ToString() : "an error without a code"
            : null;

    // Two calls that make the same node at once: the constraint stops one, and the same call finds the node the next time.
    private static bool MayMend(string code, HttpStatusCode status) =>
        code.StartsWith("Neo.TransientError.", StringComparison.Ordinal)
        || code is "Neo.ClientError.Schema.ConstraintValidationFailed" or "Neo.ClientError.Cluster.NotALeader" or "Neo.DatabaseError.General.DatabaseUnavailable"
        || status == HttpStatusCode.TooManyRequests
        || ((int)status >= 500 && !code.StartsWith("Neo.ClientError.", StringComparison.Ordinal));
}
