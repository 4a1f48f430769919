using HealthDashboard.Data.Model;

namespace HealthDashboard.Analytics;

/// <summary>What alarms are added up by: the hour of the day they were raised in, UTC; what they are about; and their priority.</summary>
/// <param name="Hour">0 to 23.</param>
/// <param name="Sign">As <see cref="Alert.Sign"/>, without the name of a device or sign behind a colon.</param>
/// <param name="Priority">The priority they reached.</param>
internal readonly record struct AlarmCellKey(int Hour, string Sign, AlertPriority Priority) : IComparable<AlarmCellKey>
{
    /// <inheritdoc/>
    public int CompareTo(AlarmCellKey other) =>
        Hour != other.Hour ? Hour.CompareTo(other.Hour)
        : string.CompareOrdinal(Sign, other.Sign) is var sign && sign != 0 ? sign
        : Priority.CompareTo(other.Priority);
}

/// <summary>Sums over alarms of one kind.</summary>
internal sealed class AlarmCell
{
    /// <summary>What ends this soon after it was raised, and before anybody acknowledged it, ended by itself.</summary>
    public static readonly TimeSpan BySelfWithin = TimeSpan.FromSeconds(30);

    /// <summary>How many verdicts there are.</summary>
    public static readonly int VerdictCount = Enum.GetValues<AlertVerdict>().Length;

    /// <summary>How many were raised.</summary>
    public int Raised { get; set; }

    /// <summary>How many of them ended by themselves within <see cref="BySelfWithin"/>.</summary>
    public int EndedBySelf { get; set; }

    /// <summary>How long the conditions of those that are over had lasted, in seconds.</summary>
    public long Seconds { get; set; }

    /// <summary>How many went so many steps up the care team, 1 and more.</summary>
    public SortedDictionary<int, int> Escalated { get; } = [];

    /// <summary>How many were acknowledged, by <see cref="ResponseTimes.SlotOf"/>.</summary>
    public SortedDictionary<int, int> Responses { get; } = [];

    /// <summary>How many were reviewed as this, by <see cref="AlertVerdict"/>.</summary>
    public int[] Verdicts { get; } = new int[VerdictCount];

    /// <summary>Counts an alarm as it is now.</summary>
    public void Add(Alert alert)
    {
        Raised++;
        if (alert.Review is { } review)
            Verdicts[(int)review.Verdict]++;
        if (alert.EndedAt is { } ended)
        {
            var lasted = ended - alert.RaisedAt;
            Seconds += (long)Math.Max(0, lasted.TotalSeconds);
            if (lasted <= BySelfWithin && !(alert.AcknowledgedAt <= ended))
                EndedBySelf++;
        }
        if (alert.Escalation > 0)
            Count(Escalated, alert.Escalation, 1);
        if (alert.AcknowledgedAt is { } acknowledged)
            Count(Responses, ResponseTimes.SlotOf(acknowledged - alert.RaisedAt), 1);
    }

    /// <summary>Adds to a count.</summary>
    public static void Count(SortedDictionary<int, int> counts, int key, int count) => counts[key] = counts.GetValueOrDefault(key) + count;
}
