namespace HealthDashboard.Shared;

/// <summary>What plain forms send and are answered with.</summary>
internal static class FormText
{
    /// <summary>Null for a field that was left empty.</summary>
    public static string? OrNull(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    /// <summary>Errors by field as lines for people.</summary>
    public static IReadOnlyList<string> Of(IDictionary<string, string[]> errors) =>
        [.. errors.SelectMany(field => field.Value.Select(message => $"{char.ToUpperInvariant(field.Key[0])}{field.Key[1..]} {message}"))];
}
