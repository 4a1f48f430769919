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

    // As long as the longest time that was counted needs: most are answered within minutes.
    private int[] counts = [];

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
        if (slot >= counts.Length)
            Array.Resize(ref counts, Math.Min(Slots, Math.Max(slot + 1, 2 * counts.Length)));
        counts[slot] += count;
        Count += count;
    }

    /// <summary>Counts all that others counted.</summary>
    public void Add(ResponseTimes other)
    {
        for (var slot = 0; slot < other.counts.Length; slot++)
        {
            if (other.counts[slot] is > 0 and var count)
                Add(slot, count);
        }
    }

    /// <summary>The time within which this share of the alarms was acknowledged [nearest rank]; null when none was.</summary>
    /// <param name="share">Above 0, at most 1.</param>
    public TimeSpan? Within(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling((share * Count) - 1e-9));
        for (var slot = 0; slot < counts.Length; slot++)
        {
            rank -= counts[slot];
            if (rank <= 0)
                return TimeOf(slot);
        }
        return null;
    }
}
