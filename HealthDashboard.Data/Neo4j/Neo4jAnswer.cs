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
        code = CodeOf(document?.RootElement);
        document?.Dispose();
        throw Neo4jErrors.Of(code, answer.StatusCode, answer.Headers.RetryAfter?.Delta);
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
}
