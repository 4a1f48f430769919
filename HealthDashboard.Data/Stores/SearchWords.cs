namespace HealthDashboard.Data.Stores;

/// <summary>How words are compared and split when people search or sort by name: the same in every store.</summary>
internal static class SearchWords
{
    /// <summary>The text as it is compared: without regard to case, in any script. Accents count.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    /// <summary>The folded words of a text, as split by white space; a double name counts as a whole and by its parts.</summary>
    public static IEnumerable<string> Of(string text) =>
        Split(text).SelectMany(word => word.Contains('-', StringComparison.Ordinal) ? [word, .. word.Split('-', StringSplitOptions.RemoveEmptyEntries)] : new[] { word });

    /// <summary>The folded words of what someone searches for.</summary>
    public static string[] Split(string? text) =>
        Fold(text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
