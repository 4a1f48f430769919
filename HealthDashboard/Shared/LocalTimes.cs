namespace HealthDashboard.Shared;

/// <summary>From a clock on the wall back to a moment. On the days when clocks change, an hour is missing or comes twice.</summary>
internal static class LocalTimes
{
    private static readonly TimeSpan FinestChange = TimeSpan.FromMinutes(15);

    /// <summary>The first moment at which clocks in the zone show this time, or later where they skip it.</summary>
    public static DateTimeOffset FirstAt(this TimeZoneInfo zone, DateTime local)
    {
        while (zone.IsInvalidTime(local))
            local = new DateTime((local.Ticks / FinestChange.Ticks + 1) * FinestChange.Ticks, DateTimeKind.Unspecified);
        return new(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local));
    }

    /// <summary>As <see cref="FirstAt"/>, but the last such moment: what the end of a stretch of time means.</summary>
    public static DateTimeOffset LastAt(this TimeZoneInfo zone, DateTime local)
    {
        var first = zone.FirstAt(local);
        return zone.IsAmbiguousTime(first.DateTime) ? new(first.DateTime, zone.GetAmbiguousTimeOffsets(first.DateTime).Min()) : first;
    }
}
