using System.Collections.Concurrent;
using System.Threading.Channels;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>
/// The monitors of the patients that this node watches, and their evaluation one patient at a time. A patient gets a monitor, restored
/// from the stores, with the first evaluation; <see cref="MonitorKeeper"/> sees to it that there is one, and removes it again.
/// </summary>
internal sealed partial class MonitorSet(
    PatientDirectory patients,
    RegionWatch watch,
    AlarmReplay replay,
    HeldSilences held,
    AlertFeed feed,
    AlertWriter writer,
    AlertMetrics metrics,
    AlarmRules rules,
    TimeProvider time,
    ILogger<MonitorSet> log)
{
    private readonly ConcurrentDictionary<ObjectId, PatientMonitor> monitors = new();

    // Bounded by the number of patients: whoever is waiting already is not put in again.
    private readonly Channel<ObjectId> soon = Channel.CreateUnbounded<ObjectId>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<ObjectId, bool> waiting = new();

    /// <summary>How many patients have a monitor.</summary>
    public int Count => monitors.Count;

    /// <summary>Every monitor.</summary>
    public IEnumerable<PatientMonitor> All => monitors.Values;

    /// <summary>Whether states are to be waited for while the alert store is unavailable: true until the start is through.</summary>
    public bool IsStarting { get; set; } = true;

    /// <summary>A patient's monitor; null when this node does not watch the patient.</summary>
    public PatientMonitor? Find(ObjectId patientId) => monitors.GetValueOrDefault(patientId);

    /// <summary>Whether this node watches a patient: admitted, and of one of its regions.</summary>
    public bool IsWatched(ObjectId patientId) =>
        patients.Find(patientId) is { Patient.Status: PatientStatus.Admitted } known && watch.Watches(known.Patient.Region);

    /// <summary>Something about a patient has changed other than a reading. Returns at once.</summary>
    public void EvaluateSoon(ObjectId patientId)
    {
        if ((monitors.ContainsKey(patientId) || IsWatched(patientId)) && waiting.TryAdd(patientId, true))
            soon.Writer.TryWrite(patientId);
    }

    /// <summary>Does what <see cref="EvaluateSoon"/> asked for, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var patientId in soon.Reader.ReadAllAsync(cancel))
        {
            waiting.TryRemove(patientId, out _);
            await EvaluateAsync(patientId, default, cancel);
        }
    }

    /// <summary>Evaluates the patients for whom time alone may have changed something.</summary>
    /// <returns>Whether no patient's evaluation fails.</returns>
    public async Task<bool> EvaluateDueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var healthy = true;
        foreach (var (id, monitor) in monitors)
        {
            if (monitor.Due <= now)
                await EvaluateAsync(id, default, cancel);
            healthy &= !monitor.Failed;
        }
        return healthy;
    }

    /// <summary>
    /// Evaluates new readings of a patient, or with none the passing of time and what has changed in the record. Nothing happens for a
    /// patient whom this node does not watch.
    /// </summary>
    public async Task EvaluateAsync(ObjectId patientId, ReadOnlyMemory<Reading> readings, CancellationToken cancel)
    {
        while ((Find(patientId) ?? (IsWatched(patientId) ? Open(patientId) : null)) is { } monitor)
        {
            // Given back to the nodes of its region: what is left to do is to save it.
            if (patients.Find(patientId) is { Patient.Status: PatientStatus.Admitted } known && !watch.Watches(known.Patient.Region))
                return;
            await monitor.Gate.WaitAsync(cancel);
            try
            {
                // Removed while this waited: the patient may have come back, and then has a new one.
                if (monitor.IsRemoved)
                    continue;
                await EvaluateHeldAsync(monitor, readings, cancel);
                return;
            }
            finally
            {
                monitor.Gate.Release();
            }
        }
    }

    /// <summary>Reads again what a monitor may have missed: readings that did not come, or that could not be read before.</summary>
    public async Task CatchUpAsync(PatientMonitor monitor, CancellationToken cancel)
    {
        if (patients.Find(monitor.Id) is not { } patient)
            return;
        // Not under the gate: while the store is slow, what comes in must still be evaluated.
        monitor.Past = PastReadings.Read;
        var missed = await replay.ReadingsAsync(monitor.State, patient.Patient, cancel);
        await monitor.Gate.WaitAsync(cancel);
        try
        {
            if (missed is null)
                monitor.Past = PastReadings.Missing;
            else if (!monitor.IsRemoved)
                await EvaluateHeldAsync(monitor, missed, cancel, isPast: true);
        }
        finally
        {
            monitor.Gate.Release();
        }
    }

    /// <summary>Replaces an alert by what the log has.</summary>
    public async Task AdoptAsync(Alert alert, CancellationToken cancel)
    {
        if (alert.Sequence == 0 || Find(alert.PatientId) is not { } monitor)
            return;
        await monitor.Gate.WaitAsync(cancel);
        try
        {
            if (monitor.Adopt(alert))
                monitor.Due = time.GetUtcNow();
        }
        finally
        {
            monitor.Gate.Release();
        }
    }

    /// <summary>Up to now nobody could hear the patient's devices: their silence is not theirs.</summary>
    public async Task ExcuseAsync(ObjectId patientId, CancellationToken cancel)
    {
        if (Find(patientId) is not { } monitor)
            return;
        await monitor.Gate.WaitAsync(cancel);
        monitor.Excuse(time.GetUtcNow());
        monitor.Gate.Release();
    }

    /// <summary>Hands every changed state to the writer.</summary>
    public async Task SaveAsync(CancellationToken cancel)
    {
        foreach (var (_, monitor) in monitors)
        {
            if (!monitor.Unsaved)
                continue;
            await monitor.Gate.WaitAsync(cancel);
            Save(monitor);
            monitor.Gate.Release();
        }
    }

    /// <summary>
    /// Removes the monitor of a patient whom this node watches no longer, once its alerts have ended where the patient has left, and
    /// everything is written. Takes several calls.
    /// </summary>
    public async Task RemoveAsync(PatientMonitor monitor, CancellationToken cancel)
    {
        await monitor.Gate.WaitAsync(cancel);
        try
        {
            if (IsWatched(monitor.Id))
                return;
            var hasLeft = FindPatient(monitor) is not { Patient.Status: PatientStatus.Admitted };
            if (hasLeft && monitor.State.Open.Count > 0)
                await EvaluateHeldAsync(monitor, default, cancel);
            else if (hasLeft && !monitor.IsForgotten)
                Forget(monitor);
            else if (!hasLeft && monitor.Unsaved)
                Save(monitor);
            else if (writer.IsSettled(monitor.Id))
                monitor.IsRemoved = monitors.TryRemove(new(monitor.Id, monitor));
        }
        finally
        {
            monitor.Gate.Release();
        }
    }

    /// <summary>Gives a patient a monitor, to be restored by its first evaluation.</summary>
    public PatientMonitor Open(ObjectId patientId) => monitors.GetOrAdd(patientId, static id => new PatientMonitor(new MonitorState(id)));

    /// <summary>Puts what the store has in place of what it refused of a patient. The caller holds the patient's gate.</summary>
    public void TakeRefused(PatientMonitor monitor)
    {
        foreach (var refused in writer.TakeRefused(monitor.Id))
        {
            if (monitor.Take(refused, time.GetUtcNow()) is { } change)
                writer.Enqueue(monitor.Id, [change], monitor.State);
        }
    }

    private async Task EvaluateHeldAsync(PatientMonitor monitor, ReadOnlyMemory<Reading> readings, CancellationToken cancel, bool isPast = false)
    {
        try
        {
            if (!monitor.IsRestored)
                await RestoreAsync(monitor, cancel);
            TakeRefused(monitor);
            if (FindPatient(monitor) is { } patient)
            {
                var isAdmitted = patient.Patient.Status == PatientStatus.Admitted;
                if (isAdmitted && monitor.Past == PastReadings.NotRead)
                    await EvaluatePastAsync(monitor, patient, cancel);
                var evaluation = Evaluate(monitor, patient, readings.Span);
                Take(monitor, isPast ? await replay.RenewAsync(evaluation, patient, cancel) : evaluation);
                // What the next stay begins with is read from the store.
                if (!isAdmitted)
                    monitor.Past = PastReadings.NotRead;
            }
            monitor.Failed = false;
        }
#pragma warning disable CA1031 // One patient's failure must not stop the others' alarms. It is reported, and the feed goes unconfirmed.
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            monitor.Failed = true;
            metrics.Failed();
            LogFailed(error, monitor.Id);
        }
    }

    private async Task RestoreAsync(PatientMonitor monitor, CancellationToken cancel)
    {
        var open = feed.Snapshot().Open.Where(alert => alert.PatientId == monitor.Id && alert.Sequence > 0).ToList();
        monitor.Restore(await replay.StateAsync(monitor.Id, open, IsStarting, cancel));
    }

    private async Task EvaluatePastAsync(PatientMonitor monitor, MonitoredPatient patient, CancellationToken cancel)
    {
        // Nobody listened before: silence counts from now on.
        monitor.Excuse(time.GetUtcNow());
        var past = await replay.ReadingsAsync(monitor.State, patient.Patient, cancel);
        // Where the store is unavailable the keeper tries again.
        monitor.Past = past is null ? PastReadings.Missing : PastReadings.Read;
        Take(monitor, await replay.RenewAsync(Evaluate(monitor, patient, past), patient, cancel));
    }

    private Evaluation Evaluate(PatientMonitor monitor, MonitoredPatient patient, ReadOnlySpan<Reading> readings)
    {
        var now = time.GetUtcNow();
        if (readings.Length > 0)
            metrics.Evaluated(now - readings[^1].At);
        return AlarmEvaluator.Evaluate(monitor.State, patient, rules, readings, now);
    }

    private void Take(PatientMonitor monitor, Evaluation evaluation)
    {
        monitor.Take(evaluation);
        monitor.Due = (monitor.Patient is { } patient ? AlarmEvaluator.NextDue(monitor.State, patient, rules, time.GetUtcNow()) : null) ?? DateTimeOffset.MaxValue;
        if (evaluation.Changes.Count == 0)
            return;
        writer.Enqueue(monitor.Id, evaluation.Changes, monitor.State);
        monitor.Unsaved = monitor.IsForgotten = false;
        metrics.Changed(evaluation.Changes);
    }

    private void Save(PatientMonitor monitor)
    {
        writer.Enqueue(monitor.Id, [], monitor.State);
        monitor.Unsaved = monitor.IsForgotten = false;
    }

    private void Forget(PatientMonitor monitor)
    {
        writer.Forget(monitor.Id);
        monitor.Unsaved = false;
        monitor.IsForgotten = true;
    }

    // A record that has gone is one of a patient who has left: what is open ends.
    private MonitoredPatient? FindPatient(PatientMonitor monitor)
    {
        var patient = patients.Find(monitor.Id);
        if (patient is null && monitor.Patient is { } last)
            patient = last with { Patient = last.Patient with { Status = PatientStatus.Discharged } };
        // A new one only where it differs: this is asked for every batch.
        return monitor.Patient = patient is not null && held.Contains(monitor.Id) ? patient with { HoldSilence = true } : patient;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The alarms of patient {PatientId} could not be evaluated")]
    private partial void LogFailed(Exception error, ObjectId patientId);
}
