using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>Evaluates readings by the alarm rules; the task waits while the alarms are behind.</summary>
internal delegate ValueTask EvaluateReadings(IReadOnlyList<Reading> readings, CancellationToken cancel);
