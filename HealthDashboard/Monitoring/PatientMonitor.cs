using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>What is known of the readings that came before a monitor was opened, or that did not reach it.</summary>
internal enum PastReadings
{
    /// <summary>They are to be read before anything newer is evaluated.</summary>
    NotRead,

    /// <summary>They could not be read; newer ones are evaluated meanwhile.</summary>
    Missing,

    /// <summary>They have been evaluated.</summary>
    Read,
}

/// <summary>A patient under the engine's eyes. Changed only while <see cref="Gate"/> is held; <see cref="State"/> is read at any time.</summary>
internal sealed class PatientMonitor(MonitorState state)
{
    // Alerts that ended here while the log may still tell of their time before.
    private readonly Dictionary<ObjectId, Alert> ended = [];
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

    /// <summary>Whether the state is as it was stored, or newer.</summary>
    public bool IsRestored { get; private set; }

    /// <summary>Whether the state of a patient who has left is out of the store, or on its way out.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Whether another monitor has taken its place, or none: nothing may be done with it any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>What is known of readings that did not come by the queue.</summary>
    public PastReadings Past { get; set; }

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

    /// <summary>Begins with a state as stored.</summary>
    public void Restore(MonitorState stored)
    {
        Volatile.Write(ref state, stored);
        IsRestored = true;
    }

    /// <summary>Takes what an evaluation came to.</summary>
    public void Take(Evaluation evaluation)
    {
        Unsaved |= !ReferenceEquals(evaluation.State, State);
        Volatile.Write(ref state, evaluation.State);
        foreach (var change in evaluation.Changes)
            NoteEnd(change.Alert);
    }

    /// <summary>Replaces an alert that someone changed here by what is stored.</summary>
    public void Take(Alert stored)
    {
        Put(stored);
        NoteEnd(stored);
    }

    /// <summary>Counts silence from now on. Nothing that must be stored: a start does the same.</summary>
    public void Excuse(DateTimeOffset now) => Volatile.Write(ref state, State.ListenFrom(now));

    /// <summary>Replaces an alert by what the log has, unless what is here came after it.</summary>
    /// <returns>Whether it was news.</returns>
    public bool Adopt(Alert logged)
    {
        if (ended.TryGetValue(logged.Id, out var over))
        {
            // Either from before its end here, or another node's change that overtook it: then the store refuses the end. An earlier end is one
            // after which it went on.
            if (!logged.IsOpen && logged.Version >= over.Version)
                ended.Remove(logged.Id);
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
    /// <returns>
    /// What must still be recorded, made from what is stored: the end of a condition that is over here and not there, or an alert that was
    /// shown here and stands for a condition of its own. Else null.
    /// </returns>
    public AlertChange? Take(RefusedAlert refused, DateTimeOffset now)
    {
        var (ours, stored, wasShown) = refused;
        var mine = FindOpen(ours.Id) ?? ended.GetValueOrDefault(ours.Id);
        ended.Remove(ours.Id);
        Volatile.Write(ref state, State.Without(ours.Id));
        Unsaved = true;
        if (stored is not null)
            Adopt(stored);
        if (mine is null)
            return null;
        return stored?.Id == mine.Id ? EndOf(stored, mine, now) : Unrecorded(mine, stored, wasShown, now);
    }

    private AlertChange? EndOf(Alert stored, Alert mine, DateTimeOffset now)
    {
        if (mine is not { EndedAt: { } endedAt, Condition: not AlertCondition.Active } || stored.Condition != AlertCondition.Active)
            return null;
        var latches = stored is { Priority: AlertPriority.High, Response: AlertResponse.Unacknowledged };
        var over = stored with
        {
            Condition = latches ? AlertCondition.Latched : AlertCondition.Ended,
            EndedAt = endedAt,
            Value = mine.Value,
            Version = stored.Version + 1,
        };
        Take(over);
        return new AlertChange(latches ? AlertChangeKind.Latched : AlertChangeKind.Ended, over, AlertChange.SystemActor, now);
    }

    /// <summary>
    /// The store has never had the alert. Where none is open for the condition it is recorded as it stands. Where another one is open, that
    /// one is the record from when it was raised; what was over before then, or shown here before then, goes into the history as an alert
    /// that is over.
    /// </summary>
    private AlertChange? Unrecorded(Alert mine, Alert? other, bool wasShown, DateTimeOffset now)
    {
        var first = mine with { Version = 1, Sequence = 0 };
        if (other is not null)
        {
            if (mine.RaisedAt >= other.RaisedAt || !(wasShown || mine.EndedAt < other.RaisedAt))
                return null;
            first = first with { Condition = AlertCondition.Ended, EndedAt = mine.EndedAt < other.RaisedAt ? mine.EndedAt : other.RaisedAt };
        }
        Take(first);
        return new AlertChange(AlertChangeKind.Raised, first, AlertChange.SystemActor, now);
    }

    private void Put(Alert alert)
    {
        Volatile.Write(ref state, State.With(alert));
        Unsaved = true;
    }

    private void NoteEnd(Alert alert)
    {
        // One that was opened again because its breach goes on is as good as never ended.
        if (alert.IsOpen)
            ended.Remove(alert.Id);
        else
            ended[alert.Id] = alert;
    }
}
