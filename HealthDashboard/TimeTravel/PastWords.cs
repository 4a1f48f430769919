using System.Globalization;

namespace HealthDashboard.TimeTravel;

/// <summary>Past moments as a screen says them.</summary>
internal static class PastWords
{
    /// <summary>Sun 29 Nov 2026 03:12:20; an hour that comes twice, because clocks go back, says which.</summary>
    public static string Moment(DateTimeOffset at, TimeProvider clock)
    {
        var local = TimeZoneInfo.ConvertTime(at, clock.LocalTimeZone);
        return local.ToString(clock.LocalTimeZone.IsAmbiguousTime(local.DateTime) ? "ddd d MMM yyyy HH:mm:ss zzz" : "ddd d MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture);
    }
}
