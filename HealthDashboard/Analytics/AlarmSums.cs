using HealthDashboard.Data.Model;

namespace HealthDashboard.Analytics;

/// <summary>Sums over some alarms.</summary>
public sealed class AlarmSums
{
    private readonly int[] byPriority = new int[(int)AlertPriority.High + 1];
    private readonly int[] verdicts = new int[AlarmCell.VerdictCount];

    /// <summary>How many were raised.</summary>
    public int Raised { get; private set; }

    /// <inheritdoc cref="AlarmCell.EndedBySelf"/>
    public int EndedBySelf { get; private set; }

    /// <summary>How long the conditions of those that are over had lasted.</summary>
    public TimeSpan InAlarm { get; private set; }

    /// <summary>How many went up the care team.</summary>
    public int Escalated { get; private set; }

    /// <summary>How many hours somebody lay in a bed.</summary>
    public int BedHours { get; set; }

    /// <summary>Until somebody acknowledged them.</summary>
    public ResponseTimes Responses { get; } = new();

    /// <summary>Alarms per bed and hour; null when nobody lay in a bed.</summary>
    public double? Rate => BedHours == 0 ? null : (double)Raised / BedHours;

    /// <summary>How many of a priority were raised.</summary>
    public int Of(AlertPriority priority) => byPriority[(int)priority];

    /// <summary>How many were reviewed as this.</summary>
    public int Of(AlertVerdict verdict) => verdicts[(int)verdict];

    /// <summary>How many were reviewed.</summary>
    public int Reviewed => verdicts.Sum();

    /// <summary>How many of them were false alarms or artefacts.</summary>
    public int FalseOrArtefact => Of(AlertVerdict.FalseAlarm) + Of(AlertVerdict.Artefact);

    /// <summary>Adds a cell.</summary>
    internal void Add(in TallyReader cell)
    {
        Raised += cell.Raised;
        EndedBySelf += cell.EndedBySelf;
        InAlarm += TimeSpan.FromSeconds(cell.Seconds);
        byPriority[(int)cell.Key.Priority] += cell.Raised;
        for (var verdict = 0; verdict < verdicts.Length; verdict++)
            verdicts[verdict] += cell.Verdicts[verdict];
        foreach (var (_, count) in cell.Escalated)
            Escalated += count;
        foreach (var (slot, count) in cell.Responses)
            Responses.Add(slot, count);
    }
}
