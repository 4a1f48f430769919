using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Alerts;

/// <summary>Runs the alarm rules over what arrives and as time passes, keeps alerts in the store and hands them to the feed.</summary>
internal sealed class AlarmEngine
{
    /// <summary>Evaluates durable readings. Waits when the engine is behind; never drops one.</summary>
    public ValueTask ApplyAsync(IReadOnlyList<Reading> readings, CancellationToken cancel) => ValueTask.CompletedTask;

    /// <summary>Someone takes an alert. Again, or after it has ended, changes nothing but what is missing.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    public Task<Alert?> AcknowledgeAsync(ObjectId alertId, string actor, string? note, CancellationToken cancel) => Task.FromResult<Alert?>(null);

    /// <summary>Pauses an alert's sound for a time, 120 s by default, 1 to 300 s.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    public Task<Alert?> SilenceAsync(ObjectId alertId, string actor, TimeSpan? duration, CancellationToken cancel) => Task.FromResult<Alert?>(null);

    /// <summary>Takes an alert one step up the care team at once.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    public Task<Alert?> EscalateAsync(ObjectId alertId, string actor, CancellationToken cancel) => Task.FromResult<Alert?>(null);

    /// <summary>The patient's NEWS2 score now; null when the patient is not known.</summary>
    public NewsScore? ScoreOf(ObjectId patientId) => null;
}
