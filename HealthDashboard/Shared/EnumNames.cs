using System.Text.Json;

namespace HealthDashboard.Shared;

/// <summary>The names by which JSON knows an enum's values, spelled exactly so.</summary>
internal static class EnumNames<T>
    where T : struct, Enum
{
    public static readonly IReadOnlyDictionary<string, T> Values =
        Enum.GetValues<T>().ToDictionary(value => JsonSerializer.SerializeToElement(value).GetString()!, StringComparer.Ordinal);

    /// <summary>The name of a value.</summary>
    public static string Of(T value) => Values.First(entry => EqualityComparer<T>.Default.Equals(entry.Value, value)).Key;

    public static string Allowed { get; } = $"allowed are {string.Join(", ", Values.Keys)}.";
}
