using HealthDashboard.Data.Model;

namespace HealthDashboard.Analytics;

/// <summary>Which alarms are added up. What is null does not restrict.</summary>
/// <param name="From">Raised at this time or later: the start of an hour.</param>
/// <param name="To">Raised before this time: the start of an hour.</param>
public sealed record AlarmLoadQuery(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The most days of a query by the hour.</summary>
    public const int MostDaysByHour = 92;

    /// <summary>
    /// The same with the rest of the hours at both ends. Beyond it, what was raised in months that are over is added up from the months, and no
    /// longer known by the hour.
    /// </summary>
    public static readonly TimeSpan LongestByHour = TimeSpan.FromDays(MostDaysByHour) + TimeSpan.FromHours(2);

    /// <summary>The longest stretch of a query.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>Only this region.</summary>
    public string? Region { get; init; }

    /// <summary>Only this ward.</summary>
    public string? Ward { get; init; }

    /// <summary>Only about this, as <see cref="AlarmCellKey.Sign"/>.</summary>
    public string? Sign { get; init; }

    /// <summary>Only of this priority.</summary>
    public AlertPriority? Priority { get; init; }

    /// <summary>The whole hours that a time lies in: sums are by the hour.</summary>
    public static AlarmLoadQuery Of(DateTimeOffset from, DateTimeOffset to)
    {
        var hour = TimeSpan.TicksPerHour;
        return new(new(from.UtcTicks / hour * hour, TimeSpan.Zero), new((to.UtcTicks + hour - 1) / hour * hour, TimeSpan.Zero));
    }

    /// <summary>The same for the stretch just before, as long.</summary>
    public AlarmLoadQuery Before() => this with { From = From - (To - From), To = From };

    /// <summary>The periods whose sums cover the time: days, and in a long stretch the whole months that are over and added up.</summary>
    /// <param name="now">Up to when sums are true, at most now.</param>
    public IEnumerable<(LoadPeriod Period, DateOnly First, DateOnly Last)> Parts(DateTimeOffset now)
    {
        var (first, last) = (Day(From), Day(To.AddTicks(-1)));
        if (To - From > LongestByHour)
        {
            var firstMonth = From == new DateTimeOffset(first.Year, first.Month, 1, 0, 0, 0, TimeSpan.Zero) ? first : MonthOf(first).AddMonths(1);
            var end = MonthOf(Day(To) < Day(now) ? Day(To) : Day(now));
            if (firstMonth < end)
            {
                if (first < firstMonth)
                    yield return (LoadPeriod.Day, first, firstMonth.AddDays(-1));
                yield return (LoadPeriod.Month, firstMonth, end.AddMonths(-1));
                if (end <= last)
                    yield return (LoadPeriod.Day, end, last);
                yield break;
            }
        }
        yield return (LoadPeriod.Day, first, last);
    }

    private static DateOnly Day(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}
