using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Components;

/// <summary>How values and times read on a screen. Times are the hospital's own, which is the time zone of the server.</summary>
internal static class Display
{
    /// <summary>A value at the sign's precision, or at that of a score when <paramref name="sign"/> names none.</summary>
    public static string Value(string sign, double value) =>
        sign == "consciousness" && Enum.IsDefined((Acvpu)(int)value)
            ? ((Acvpu)(int)value).ToString()
            : value.ToString(VitalSigns.Find(sign)?.Decimals == 1 ? "0.0" : "0", CultureInfo.InvariantCulture);

    /// <summary>14:03:22, with the day in front where it is not today.</summary>
    public static string Clock(DateTimeOffset time, TimeProvider clock)
    {
        var local = TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone);
        return local.Date == clock.GetLocalNow().Date ? $"{local:HH:mm:ss}" : $"{local:d MMM HH:mm:ss}";
    }

    /// <summary>What a &lt;time&gt; element says to machines.</summary>
    public static string Machine(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>How long: 47 s, 3 min, 2 h 05, 3 d. The same words as js/ages.js.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 0 } => "0 s",
        { TotalMinutes: < 1 } => $"{span.Seconds} s",
        { TotalHours: < 1 } => $"{span.Minutes} min",
        { TotalDays: < 1 } => $"{span.Hours} h {span.Minutes:00}",
        _ => $"{span.Days} d",
    };

    /// <summary>An alert's text without its mark, which is shown as a shape beside it.</summary>
    public static string Words(Alert alert) => alert.Text.TrimStart('*', ' ');
}
