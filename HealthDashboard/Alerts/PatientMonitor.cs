using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Alerts;

/// <summary>A patient under the engine's eyes. Changed only while <see cref="Gate"/> is held; <see cref="State"/> is read at any time.</summary>
internal sealed class PatientMonitor(MonitorState state)
{
    // Alerts that ended here while the log may still tell of their time before.
    private readonly Dictionary<ObjectId, int> ended = [];
    private MonitorState state = state;
    private long due;

    /// <summary>Held by whoever evaluates the patient or changes an alert of the patient.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The patient.</summary>
    public ObjectId Id => State.PatientId;

    /// <summary>What the evaluator remembers.</summary>
    public MonitorState State => Volatile.Read(ref state);

    /// <summary>The record and limits last used; null before the first evaluation.</summary>
    public MonitoredPatient? Patient { get; set; }

    /// <summary>Whether the state has changed since it was last handed to the store.</summary>
    public bool Unsaved { get; set; }

    /// <summary>Whether the last evaluation failed.</summary>
    public bool Failed { get; set; }

    /// <summary>When time alone may change something; <see cref="DateTimeOffset.MaxValue"/> for never.</summary>
    public DateTimeOffset Due
    {
        get => new(Volatile.Read(ref due), TimeSpan.Zero);
        set => Volatile.Write(ref due, value.UtcTicks);
    }

    /// <summary>An open alert of the patient; null when it is not open.</summary>
    public Alert? FindOpen(ObjectId alertId) => State.Open.FirstOrDefault(alert => alert.Id == alertId);

    /// <summary>Takes what an evaluation came to.</summary>
    public void Take(Evaluation evaluation)
    {
        Unsaved |= !ReferenceEquals(evaluation.State, State);
        Volatile.Write(ref state, evaluation.State);
        foreach (var change in evaluation.Changes)
            NoteEnd(change.Alert);
    }

    /// <summary>Takes an alert that someone changed here, as it is stored.</summary>
    public void Take(Alert stored)
    {
        Put(stored);
        NoteEnd(stored);
    }

    /// <summary>Takes an alert as the log has it, unless what is here came after it.</summary>
    /// <returns>Whether it was news.</returns>
    public bool Adopt(Alert logged)
    {
        if (ended.TryGetValue(logged.Id, out var version))
        {
            if (logged.Version >= version)
                ended.Remove(logged.Id);
            if (logged.Version <= version)
                return false;
        }
        var known = FindOpen(logged.Id);
        // One that is here under the same key is being refused by the store; the stored one takes its place when that is known.
        if (known is null ? !logged.IsOpen || State.Open.Any(alert => alert.Key == logged.Key) : logged.Version <= known.Version)
            return false;
        Put(logged);
        return true;
    }

    /// <summary>Puts what the store has in place of what it refused.</summary>
    public void Take(RefusedAlert refused)
    {
        ended.Remove(refused.Ours.Id);
        Put(refused.Ours with { Condition = AlertCondition.Ended });
        if (refused.Stored is not null)
            Adopt(refused.Stored);
    }

    private void Put(Alert alert)
    {
        Volatile.Write(ref state, State.With(alert));
        Unsaved = true;
    }

    private void NoteEnd(Alert alert)
    {
        if (!alert.IsOpen)
            ended[alert.Id] = alert.Version;
    }
}
