using System.Globalization;
using HealthDashboard.Shared;

namespace HealthDashboard.Charts;

/// <summary>A mark on the time axis.</summary>
/// <param name="Time">Milliseconds since 1970 UTC.</param>
/// <param name="Label">The hospital's time then: 14:03:20, 14:03, 29 Mar, Mar or 2026.</param>
internal readonly record struct ChartTick(long Time, string Label);

/// <summary>
/// Where the time axis has its marks: at round times of the hospital's clocks. They are worked out here and not in the browser, whose time
/// zone is another, and so that an hour that is missing or comes twice is drawn as it is.
/// </summary>
internal static class ChartAxis
{
    // One more where the first lies on the edge.
    private const int MostTicks = 7;

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 10, 15, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(hours => TimeSpan.FromHours(hours)),
    ];

    // Weeks begin on Monday, as day 0 of the calendar did.
    private static readonly int[] Days = [1, 2, 7];
    private static readonly int[] Months = [1, 2, 3, 6, 12];

    // Offsets from UTC are multiples of a quarter of an hour, so whatever is round on the hospital's clock is one of these strides in UTC.
    private static readonly TimeSpan LongestStride = TimeSpan.FromMinutes(5);

    /// <summary>The marks within a window in order, two to eight of them.</summary>
    public static IReadOnlyList<ChartTick> Ticks(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        var longest = (to - from) / MostTicks;
        if (Array.Find(Steps, step => step >= longest) is { Ticks: > 0 } step)
            return [.. OnTheClock(from, to, step, zone)];
        if (Array.Find(Days, days => days >= longest.TotalDays) is > 0 and var days)
            return [.. OnTheCalendar(from, to, zone, date => date.AddDays(-(date.DayNumber % days)), date => date.AddDays(days), date => Text(date, "d MMM"))];
        var months = Array.Find(Months, months => months * 28 >= longest.TotalDays);
        months = months == 0 ? Months[^1] : months;
        return
        [
            .. OnTheCalendar(
                from, to, zone, date => new DateOnly(date.Year, date.Month - ((date.Month - 1) % months), 1), date => date.AddMonths(months),
                date => Text(date, date.Month == 1 ? "yyyy" : "MMM")),
        ];
    }

    private static IEnumerable<ChartTick> OnTheClock(DateTimeOffset from, DateTimeOffset to, TimeSpan step, TimeZoneInfo zone)
    {
        var stride = step < TimeSpan.FromMinutes(1) ? TimeSpan.FromSeconds(5) : step < LongestStride ? TimeSpan.FromMinutes(1) : LongestStride;
        var first = new DateTimeOffset((from.UtcTicks + stride.Ticks - 1) / stride.Ticks * stride.Ticks, TimeSpan.Zero);
        for (var time = first; time < to; time += stride)
        {
            var local = TimeZoneInfo.ConvertTime(time, zone);
            if (local.TimeOfDay.Ticks % step.Ticks == 0)
                yield return new(time.ToUnixTimeMilliseconds(), Label(local, step));
        }
    }

    private static string Label(DateTimeOffset local, TimeSpan step) =>
        local.TimeOfDay == TimeSpan.Zero ? Text(DateOnly.FromDateTime(local.DateTime), "d MMM")
        : local.ToString(step < TimeSpan.FromMinutes(1) ? "HH:mm:ss" : "HH:mm", CultureInfo.InvariantCulture);

    private static IEnumerable<ChartTick> OnTheCalendar(
        DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone, Func<DateOnly, DateOnly> floor, Func<DateOnly, DateOnly> next, Func<DateOnly, string> label)
    {
        for (var date = floor(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime)); ; date = next(date))
        {
            var time = zone.FirstAt(date.ToDateTime(default));
            if (time >= to)
                yield break;
            if (time >= from)
                yield return new(time.ToUnixTimeMilliseconds(), label(date));
        }
    }

    private static string Text(DateOnly date, string format) => date.ToString(format, CultureInfo.InvariantCulture);
}
