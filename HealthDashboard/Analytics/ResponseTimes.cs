namespace HealthDashboard.Analytics;

/// <summary>
/// How long it took until alarms were acknowledged, as counts that can be added up: exact to the second under ten minutes, to ten seconds under
/// an hour, and to a minute under a day. What took longer counts as a day.
/// </summary>
public sealed class ResponseTimes
{
    private const int Second = 600;
    private const int TenSeconds = Second + ((3_600 - 600) / 10);
    private const int Minute = TenSeconds + ((86_400 - 3_600) / 60);

    /// <summary>How many different times there are.</summary>
    public const int Slots = Minute + 1;

    private readonly Dictionary<int, int> counts = [];

    /// <summary>How many alarms were acknowledged.</summary>
    public int Count { get; private set; }

    /// <summary>Where a time counts.</summary>
    public static int SlotOf(TimeSpan response) => (long)Math.Max(0, response.TotalSeconds) switch
    {
        var s and < 600 => (int)s,
        var s and < 3_600 => Second + (int)((s - 600) / 10),
        var s and < 86_400 => TenSeconds + (int)((s - 3_600) / 60),
        _ => Minute,
    };

    /// <summary>The shortest time that counts at a slot.</summary>
    public static TimeSpan TimeOf(int slot) => TimeSpan.FromSeconds(slot switch
    {
        < Second => slot,
        < TenSeconds => 600 + ((slot - Second) * 10),
        _ => 3_600 + ((slot - TenSeconds) * 60),
    });

    /// <summary>Counts alarms.</summary>
    public void Add(int slot, int count)
    {
        counts[slot] = counts.GetValueOrDefault(slot) + count;
        Count += count;
    }

    /// <summary>Counts all that others counted.</summary>
    public void Add(ResponseTimes other)
    {
        foreach (var (slot, count) in other.counts)
            Add(slot, count);
    }

    /// <summary>The time within which this share of the alarms was acknowledged [nearest rank]; null when none was.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public TimeSpan? Within(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling((share * Count) - 1e-9));
        foreach (var (slot, count) in counts.OrderBy(pair => pair.Key))
        {
            rank -= count;
            if (rank <= 0)
                return TimeOf(slot);
        }
        return null;
    }
}
