using System.Globalization;

namespace HealthDashboard.Shared;

/// <summary>A field for a day and a time of the hospital's clock.</summary>
internal static class TimeField
{
    private const string Format = "yyyy-MM-dd'T'HH:mm";

    /// <summary>What the field holds for a time of the clock; null for none.</summary>
    public static string? Of(DateTime? local) => local?.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>What the field holds for a moment; "" for none.</summary>
    public static string Of(DateTimeOffset? time, TimeProvider clock) =>
        time is { } at ? Of(TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone).DateTime)! : "";

    /// <summary>The time of the clock that the field holds; null when it is empty or no time.</summary>
    public static DateTime? Local(string? text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) ? DateTime.SpecifyKind(local, DateTimeKind.Unspecified) : null;

    /// <summary>Reads the field; an empty one is no time.</summary>
    /// <param name="text">What the field holds.</param>
    /// <param name="clock">The hospital's clock.</param>
    /// <param name="isEnd">Whether an hour that comes twice means the later one.</param>
    /// <param name="time">The moment; null for none.</param>
    /// <returns>Whether it is empty or a time.</returns>
    public static bool TryRead(string? text, TimeProvider clock, bool isEnd, out DateTimeOffset? time)
    {
        time = null;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        if (Local(text) is not { } local)
            return false;
        time = isEnd ? clock.LocalTimeZone.LastAt(local) : clock.LocalTimeZone.FirstAt(local);
        return true;
    }
}
