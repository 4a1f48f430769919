using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Alerts;

/// <summary>A patient under the engine's eyes. <see cref="State"/> is replaced only while <see cref="Gate"/> is held, and read at any time.</summary>
internal sealed class PatientMonitor(MonitorState state, DateTimeOffset? due)
{
    private MonitorState state = state;
    private long due = Ticks(due);

    /// <summary>Held by whoever evaluates the patient or changes an alert of the patient.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The patient.</summary>
    public ObjectId Id => State.PatientId;

    /// <summary>Limits and record as last known, for a patient whose record has gone.</summary>
    public MonitoredPatient? LastKnown { get; set; }

    /// <summary>What the evaluator remembers.</summary>
    public MonitorState State
    {
        get => Volatile.Read(ref state);
        set => Volatile.Write(ref state, value);
    }

    /// <summary>Whether the state has changed since it was last handed to the store.</summary>
    public bool Unsaved { get; set; }

    /// <summary>Whether the last evaluation failed.</summary>
    public bool Failed { get; set; }

    /// <summary>Sets when time alone may change something; null for never.</summary>
    public void SetDue(DateTimeOffset? at) => Volatile.Write(ref due, Ticks(at));

    /// <summary>Whether time alone may have changed something.</summary>
    public bool IsDue(DateTimeOffset now) => Volatile.Read(ref due) <= now.UtcTicks;

    /// <summary>An open alert of the patient; null when it is not open.</summary>
    public Alert? FindOpen(ObjectId alertId) => State.Open.FirstOrDefault(alert => alert.Id == alertId);

    private static long Ticks(DateTimeOffset? at) => at?.UtcTicks ?? long.MaxValue;
}
