using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>What the evaluator needs to know of a patient besides the readings.</summary>
/// <param name="Patient">The record.</param>
/// <param name="Limits">The limits that hold.</param>
/// <param name="HoldSilence">Whether an alert on the ward stands for the patient's silence (H1): no feed lost and no "no data" is raised meanwhile.</param>
internal sealed record MonitoredPatient(Patient Patient, EffectiveLimits Limits, bool HoldSilence = false);
