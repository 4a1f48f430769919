using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>What the evaluator needs to know of a patient besides the readings.</summary>
/// <param name="Patient">The record.</param>
/// <param name="Limits">The limits that hold.</param>
internal sealed record MonitoredPatient(Patient Patient, EffectiveLimits Limits);
