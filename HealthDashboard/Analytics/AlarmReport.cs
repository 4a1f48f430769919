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

/// <summary>Alarms of a stretch of time, by bed, ward, sign, priority and hour.</summary>
/// <param name="query">Which alarms.</param>
/// <param name="zone">The hospital's time zone; an hour of a month is shown as it was in the middle of the month.</param>
public sealed class AlarmReport(AlarmLoadQuery query, TimeZoneInfo zone)
{
    private readonly Dictionary<(LoadPeriod, DateOnly), int[]> localHours = [];
    private readonly TallyBuffers buffers = new();
    private readonly int[] hours = query.To - query.From <= AlarmLoadQuery.LongestByHour ? new int[(int)(query.To - query.From).TotalHours] : [];

    /// <summary>Which alarms.</summary>
    public AlarmLoadQuery Query => query;

    /// <summary>Up to when it is true; null when nothing was ever added up.</summary>
    public DateTimeOffset? AsOf { get; set; }

    /// <summary>All of them.</summary>
    public AlarmSums All { get; } = new();

    /// <summary>By bed.</summary>
    public SortedDictionary<BedName, HoursOfDay> Beds { get; } = [];

    /// <summary>By ward; its name is that of a bed without one.</summary>
    public SortedDictionary<BedName, HoursOfDay> Wards { get; } = [];

    /// <summary>By what they are about.</summary>
    public Dictionary<string, AlarmSums> Signs { get; } = new(StringComparer.Ordinal);

    /// <summary>How many were raised in each hour, from the first; empty for more than <see cref="AlarmLoadQuery.LongestByHour"/>.</summary>
    public IReadOnlyList<int> Hours => hours;

    /// <summary>By the hour of the day, on the hospital's clock.</summary>
    public AlarmSums[] ByHourOfDay { get; } = [.. Enumerable.Range(0, AlarmTally.Hours).Select(_ => new AlarmSums())];

    /// <summary>Until somebody acknowledged them, by priority.</summary>
    public Dictionary<AlertPriority, ResponseTimes> Responses { get; } = Enum.GetValues<AlertPriority>().ToDictionary(priority => priority, _ => new ResponseTimes());

    /// <summary>How many went so many steps up the care team.</summary>
    public SortedDictionary<int, int> Escalated { get; } = [];

    /// <summary>How many rows of sums are damaged: of these only what could be read is in the figures.</summary>
    public int Damaged { get; private set; }

    /// <summary>Adds what the query selects of a bed's sums.</summary>
    public void Add(AlarmLoad load)
    {
        try
        {
            AddWhole(load);
        }
        catch (InvalidDataException)
        {
            Damaged++;
        }
    }

    private void AddWhole(AlarmLoad load)
    {
        var name = new BedName(load.Region, load.Ward, load.Bed);
        HoursOfDay[] places = [Of(Beds, name), Of(Wards, name with { Name = "" })];
        var local = LocalHours(load);
        // The hours of the day within the query; a month is always within it as a whole.
        var start = new DateTimeOffset(load.Start, default, TimeSpan.Zero);
        var (first, last) = load.Period == LoadPeriod.Month ? (0, AlarmTally.Hours) : (HoursTo(query.From - start), HoursTo(query.To - start));
        var reader = new TallyReader(load.Tally.Span, buffers);
        for (var hour = first; hour < last; hour++)
        {
            if (reader.Occupied[hour] is > 0 and var days)
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
            if (key.Hour >= first && key.Hour < last && (query.Sign is null || query.Sign == key.Sign) && (query.Priority is null || query.Priority == key.Priority))
            {
                Add(places, local[key.Hour], reader);
                if (hours.Length > 0)
                    hours[(int)(start.AddHours(key.Hour) - query.From).TotalHours] += reader.Raised;
            }
        }
    }

    private static HoursOfDay Of(SortedDictionary<BedName, HoursOfDay> places, BedName name)
    {
        if (!places.TryGetValue(name, out var place))
            places[name] = place = new();
        return place;
    }

    private void Add(HoursOfDay[] places, int hour, in TallyReader cell)
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
    }

    private static int HoursTo(TimeSpan span) => (int)Math.Clamp(span.TotalHours, 0, AlarmTally.Hours);

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
