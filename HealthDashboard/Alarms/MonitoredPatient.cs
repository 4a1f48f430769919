using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>What the evaluator needs to know of a patient besides the readings.</summary>
/// <param name="Patient">The record.</param>
/// <param name="Limits">The limits that hold.</param>
/// <param name="HoldSilence">Whether silence raises no alert of the patient's own, because many feeds are silent for one cause.</param>
internal sealed record MonitoredPatient(Patient Patient, EffectiveLimits Limits, bool HoldSilence = false);
