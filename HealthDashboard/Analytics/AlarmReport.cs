using HealthDashboard.Data.Model;

namespace HealthDashboard.Analytics;

/// <summary>A bed of a ward.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Name">The bed; empty for alarms that belong to none.</param>
public sealed record BedName(string Region, string Ward, string Name) : IComparable<BedName>
{
    /// <inheritdoc/>
    public int CompareTo(BedName? other) =>
        other is null ? 1
        : string.CompareOrdinal(Ward, other.Ward) is var ward && ward != 0 ? ward
        : string.CompareOrdinal(Region, other.Region) is var region && region != 0 ? region
        : string.CompareOrdinal(Name, other.Name);
}

/// <summary>Alarms of a bed or a ward by the hour of the day.</summary>
public sealed class HoursOfDay
{
    /// <summary>How many alarms were raised in each hour of the day, on the hospital's clock.</summary>
    public int[] Raised { get; } = new int[AlarmTally.Hours];

    /// <summary>In how many such hours somebody lay in a bed.</summary>
    public int[] BedHours { get; } = new int[AlarmTally.Hours];

    /// <summary>All of it.</summary>
    public AlarmSums Sums { get; } = new();
}

/// <summary>Alarms of a stretch of time, added up in the ways that people ask about.</summary>
/// <param name="query">Which alarms.</param>
/// <param name="zone">The hospital's time zone; an hour of a month is shown as it was in the middle of the month.</param>
public sealed class AlarmReport(AlarmLoadQuery query, TimeZoneInfo zone)
{
    private readonly Dictionary<(LoadPeriod, DateOnly), int[]> localHours = [];

    /// <summary>Which alarms.</summary>
    public AlarmLoadQuery Query => query;

    /// <summary>Up to when it is true; null when nothing was ever added up.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>All of them.</summary>
    public AlarmSums All { get; } = new();

    /// <summary>By bed.</summary>
    public SortedDictionary<BedName, HoursOfDay> Beds { get; } = [];

    /// <summary>By ward; its name is that of a bed without one.</summary>
    public SortedDictionary<BedName, HoursOfDay> Wards { get; } = [];

    /// <summary>By what they are about.</summary>
    public Dictionary<string, AlarmSums> Signs { get; } = new(StringComparer.Ordinal);

    /// <summary>By the hour they were raised in; without those of months that were added up as a whole.</summary>
    public SortedDictionary<DateTimeOffset, int> Hours { get; } = [];

    /// <summary>By the hour of the day, on the hospital's clock.</summary>
    public AlarmSums[] ByHourOfDay { get; } = [.. Enumerable.Range(0, AlarmTally.Hours).Select(_ => new AlarmSums())];

    /// <summary>Until somebody acknowledged them, by priority.</summary>
    public Dictionary<AlertPriority, ResponseTimes> Responses { get; } = Enum.GetValues<AlertPriority>().ToDictionary(priority => priority, _ => new ResponseTimes());

    /// <summary>How many went so many steps up the care team.</summary>
    public SortedDictionary<int, int> Escalated { get; } = [];

    /// <summary>Adds what is asked for of a bed's sums.</summary>
    /// <exception cref="InvalidDataException">They are damaged.</exception>
    public void Add(AlarmLoad load)
    {
        if (query.Bed is { } only && only != load.Bed)
            return;
        var name = new BedName(load.Region, load.Ward, load.Bed);
        HoursOfDay[] places = [Of(Beds, name), Of(Wards, name with { Name = "" })];
        var local = LocalHours(load);
        var reader = new TallyReader(load.Tally.Span);
        for (var hour = 0; hour < AlarmTally.Hours; hour++)
        {
            if (reader.Occupied[hour] is > 0 and var days && Has(load, hour))
            {
                foreach (var place in places)
                {
                    place.BedHours[local[hour]] += days;
                    place.Sums.BedHours += days;
                }
                ByHourOfDay[local[hour]].BedHours += days;
                All.BedHours += days;
            }
        }
        while (reader.Next())
        {
            var key = reader.Key;
            if (Has(load, key.Hour) && (query.Sign is null || query.Sign == key.Sign) && (query.Priority is null || query.Priority == key.Priority))
                Add(load, places, local[key.Hour], reader);
        }
    }

    private static HoursOfDay Of(SortedDictionary<BedName, HoursOfDay> places, BedName name)
    {
        if (!places.TryGetValue(name, out var place))
            places[name] = place = new();
        return place;
    }

    private void Add(AlarmLoad load, HoursOfDay[] places, int hour, in TallyReader cell)
    {
        All.Add(cell);
        foreach (var place in places)
        {
            place.Sums.Add(cell);
            place.Raised[hour] += cell.Raised;
        }
        ByHourOfDay[hour].Add(cell);
        if (!Signs.TryGetValue(cell.Key.Sign, out var sign))
            Signs[cell.Key.Sign] = sign = new();
        sign.Add(cell);
        foreach (var (slot, count) in cell.Responses)
            Responses[cell.Key.Priority].Add(slot, count);
        foreach (var (steps, count) in cell.Escalated)
            AlarmCell.Count(Escalated, steps, count);
        if (load.Period == LoadPeriod.Day)
        {
            var at = At(load.Start, cell.Key.Hour);
            Hours[at] = Hours.GetValueOrDefault(at) + cell.Raised;
        }
    }

    // A month is only asked for as a whole.
    private bool Has(AlarmLoad load, int hour) => load.Period == LoadPeriod.Month || (At(load.Start, hour) is var at && at >= query.From && at < query.To);

    private int[] LocalHours(AlarmLoad load)
    {
        if (!localHours.TryGetValue((load.Period, load.Start), out var hours))
        {
            var day = load.Period == LoadPeriod.Month ? load.Start.AddDays(14) : load.Start;
            localHours[(load.Period, load.Start)] = hours =
                [.. Enumerable.Range(0, AlarmTally.Hours).Select(hour => TimeZoneInfo.ConvertTime(At(day, hour), zone).Hour)];
        }
        return hours;
    }

    private static DateTimeOffset At(DateOnly day, int hour) => new(day, new TimeOnly(hour, 0), TimeSpan.Zero);
}
