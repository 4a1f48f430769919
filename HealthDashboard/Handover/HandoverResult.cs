using HealthDashboard.Data.Model;

namespace HealthDashboard.Handover;

/// <summary>What became of a handover.</summary>
/// <param name="FromId">Who gave.</param>
/// <param name="Role">In which part.</param>
/// <param name="At">From when on.</param>
/// <param name="HandedOver">Who is with whom now, in the order of the request; a patient who was with them already too.</param>
/// <param name="Left">Who was left as they were, and why.</param>
/// <param name="OnCall">Where the taker is on call now, <c>North/ICU</c> or <c>hospital</c>; empty where on call was not handed over.</param>
internal sealed record HandoverResult(
    ObjectId FromId, CareRole Role, DateTimeOffset At, IReadOnlyList<HandedPatient> HandedOver, IReadOnlyList<LeftPatient> Left, IReadOnlyList<string> OnCall);

/// <summary>A patient who was handed over, with what is open.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="ToId">Who has them.</param>
/// <param name="Since">Since when, or from when on.</param>
/// <param name="OpenAlerts">The open alerts, the most urgent first.</param>
/// <param name="ObservationsDue">When the next full set is due; null where none is, as on continuous monitoring.</param>
/// <param name="ObservationsOverdue">Whether that is past.</param>
internal sealed record HandedPatient(
    ObjectId PatientId, ObjectId ToId, DateTimeOffset Since, IReadOnlyList<HandedAlert> OpenAlerts, DateTimeOffset? ObservationsDue, bool ObservationsOverdue);

/// <summary>An open alert that goes with a patient.</summary>
/// <param name="Id">The alert.</param>
/// <param name="Priority">Its priority.</param>
/// <param name="Text">What it is about, now.</param>
/// <param name="RaisedAt">Since when.</param>
/// <param name="IsAcknowledged">Whether somebody has acknowledged it.</param>
internal sealed record HandedAlert(ObjectId Id, AlertPriority Priority, string Text, DateTimeOffset RaisedAt, bool IsAcknowledged);

/// <summary>A patient who was left as they were.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Reason">Why.</param>
/// <param name="Message">The same in words, with who has the patient now.</param>
internal sealed record LeftPatient(ObjectId PatientId, LeftReason Reason, string Message);

/// <summary>Why a patient was not handed over.</summary>
internal enum LeftReason
{
    /// <summary>The patient is not with the giver any more: somebody changed that meanwhile.</summary>
    NotWithGiver,

    /// <summary>The patient is neither in the care nor in a ward of who hands over.</summary>
    NotYours,

    /// <summary>The patient is not admitted, or there is no such patient.</summary>
    NotAdmitted,
}
