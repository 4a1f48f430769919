using HealthDashboard.Data.Model;
using HealthDashboard.Patients;

namespace HealthDashboard.Handover;

/// <summary>What stands on the sheet of one patient. What a store could not give when it was read is null, and the sheet says so.</summary>
/// <param name="Now">The record, the score and what is due.</param>
/// <param name="At">As of when it is.</param>
internal sealed record SbarSheet(PatientNow Now, DateTimeOffset At)
{
    /// <summary>Since when the patient is admitted.</summary>
    public AdmittedSince? Admitted { get; init; }

    /// <summary>NEWS2 over the last day, the oldest first.</summary>
    public IReadOnlyList<PastScore>? Scores { get; init; }

    /// <summary>A row for each vital sign.</summary>
    public IReadOnlyList<SbarSign>? Signs { get; init; }

    /// <summary>The open alerts, the most urgent first.</summary>
    public IReadOnlyList<Alert> Open { get; init; } = [];

    /// <summary>Those raised in the last 12 hours that are over, the newest first.</summary>
    public IReadOnlyList<Alert>? Over { get; init; }

    /// <summary>The notes of the last 24 hours that no other corrects, the newest first.</summary>
    public IReadOnlyList<PatientNote>? Notes { get; init; }

    /// <summary>The limits that are the patient's own and differ from the ward's.</summary>
    public SbarLimits? Limits { get; init; }

    /// <summary>Whom an alert is escalated to, step by step; empty when there is nobody.</summary>
    public IReadOnlyList<IReadOnlyList<Clinician>>? Steps { get; init; }
}

/// <summary>Since when a patient is admitted.</summary>
/// <param name="At">The time of the first version of the record that says so; null where it has none.</param>
/// <param name="OrEarlier">Whether older versions were not looked at.</param>
internal readonly record struct AdmittedSince(DateTimeOffset? At, bool OrEarlier);

/// <summary>One vital sign in words.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Last">The last value; in brackets when it is too old to count, a dash when there is none.</param>
/// <param name="When">How old it is and when it was; empty when there is none.</param>
/// <param name="IsCurrent">Whether it counts as the patient's value now.</param>
/// <param name="Low">The lowest of 24 h; a dash when there is none.</param>
/// <param name="High">The highest.</param>
/// <param name="Mean">The mean; a dash for consciousness, which has none.</param>
internal sealed record SbarSign(VitalSign Sign, string Last, string When, bool IsCurrent, string Low, string High, string Mean);

/// <summary>Limits of the patient's own.</summary>
/// <param name="Lines">"SpO2 85 to 100, ward 90 to 100", for each that differs.</param>
/// <param name="Reason">Why; null where that was not said.</param>
internal sealed record SbarLimits(IReadOnlyList<string> Lines, string? Reason);
