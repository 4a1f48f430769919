using HealthDashboard.Data.Model;

namespace HealthDashboard.Patients;

/// <summary>What happens to a record when its patient comes, moves or leaves.</summary>
internal static class StayChange
{
    /// <summary>The longest time for which a bed may be on standby.</summary>
    public static readonly TimeSpan LongestStandby = TimeSpan.FromHours(24);

    /// <summary>The record of a patient who leaves.</summary>
    public static Patient Discharged(Patient patient, Discharge discharge) =>
        patient with { Status = PatientStatus.Discharged, Discharge = discharge, Standby = null, Monitoring = null };

    /// <summary>The record of a patient who comes, or comes again.</summary>
    public static Patient Admitted(Patient patient) => patient with { Status = PatientStatus.Admitted, Discharge = null };

    /// <summary>What a record says of its discharge: the first one stays.</summary>
    /// <param name="status">The status that the record gets.</param>
    /// <param name="current">The record as it is stored; null when there is none.</param>
    /// <param name="discharge">What it says when this is the discharge.</param>
    public static Discharge? DischargeOf(PatientStatus status, Patient? current, Discharge discharge) =>
        status == PatientStatus.Admitted ? null : current is { Status: PatientStatus.Discharged } ? current.Discharge : discharge;
}
