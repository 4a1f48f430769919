using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Shared;

/// <summary>How values and times read on a screen. Times are the hospital's own (docs/clinical.md, T5).</summary>
internal static class Display
{
    // Clocks of this system's own nodes and screens differ by less.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromSeconds(5);

    /// <summary>A value at the sign's precision, or at that of a score when <paramref name="sign"/> names none.</summary>
    public static string Value(string sign, double value) =>
        sign == "consciousness" && Enum.IsDefined((Acvpu)(int)value)
            ? ((Acvpu)(int)value).ToString()
            : value.ToString(VitalSigns.Find(sign)?.Decimals == 1 ? "0.0" : "0", CultureInfo.InvariantCulture);

    /// <summary>
    /// 14:03:22, with the day in front where it is not today, and the year where it is another. An hour that comes twice, because clocks go
    /// back, says which: 02:30:00 +02:00.
    /// </summary>
    public static string Clock(DateTimeOffset time, TimeProvider clock)
    {
        var (local, now) = (Local(time, clock), clock.GetLocalNow());
        var day = local.Date == now.Date ? "" : local.Year == now.Year ? $"{local:d MMM} " : $"{local:d MMM yyyy} ";
        return day + $"{local:HH:mm:ss}" + (clock.LocalTimeZone.IsAmbiguousTime(local.DateTime) ? $" {local:zzz}" : "");
    }

    /// <summary>14:00, with the day in front where it is not today: for what was agreed to the minute.</summary>
    public static string Minute(DateTimeOffset time, TimeProvider clock)
    {
        var local = Local(time, clock);
        return local.Date == clock.GetLocalNow().Date ? $"{local:HH:mm}" : $"{local:d MMM HH:mm}";
    }

    /// <summary>From when to when: 27 Nov 2026, 13:05:00 to 14:05:00; both days where it ends on another one.</summary>
    public static string Stretch(DateTimeOffset from, DateTimeOffset to, TimeProvider clock)
    {
        var (first, last) = (Local(from, clock), Local(to, clock));
        return first.Date == last.Date
            ? $"{first:d MMM yyyy}, {first:HH:mm:ss} to {last:HH:mm:ss}"
            : $"{first:d MMM yyyy HH:mm} to {last:d MMM yyyy HH:mm}";
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

    /// <summary>How long ago something was, as <see cref="Span"/>; "time unknown" of what lies in the future: then a clock was wrong.</summary>
    public static string Age(DateTimeOffset since, TimeProvider clock) =>
        clock.GetUtcNow() - since is var age && age < -ClocksDiffer ? "time unknown" : Span(age);

    /// <summary>What stands for a name where visitors can read along: N. F.</summary>
    public static string Initials(Patient patient) => patient.GivenName.Length == 0 ? $"{patient.FamilyName[..1]}." : $"{patient.FamilyName[..1]}. {patient.GivenName[..1]}.";

    /// <summary>An alert's text without its mark, which is shown as a shape beside it.</summary>
    public static string Words(Alert alert) => alert.Text.TrimStart('*', ' ');

    private static DateTimeOffset Local(DateTimeOffset time, TimeProvider clock) => TimeZoneInfo.ConvertTime(time, clock.LocalTimeZone);
}
