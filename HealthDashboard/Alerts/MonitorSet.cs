using System.Collections.Concurrent;
using System.Threading.Channels;
using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Patients;

namespace HealthDashboard.Alerts;

/// <summary>Every patient's monitor, and their evaluation one patient at a time.</summary>
internal sealed partial class MonitorSet(
    PatientDirectory patients, HeldSilences held, AlertWriter writer, AlertMetrics metrics, AlarmRules rules, TimeProvider time, ILogger<MonitorSet> log)
{
    private readonly ConcurrentDictionary<ObjectId, PatientMonitor> monitors = new();

    // Bounded by the number of patients: whoever is waiting already is not put in again.
    private readonly Channel<ObjectId> soon = Channel.CreateUnbounded<ObjectId>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<ObjectId, bool> waiting = new();

    /// <summary>A patient's monitor; an empty one when there was none.</summary>
    public PatientMonitor Of(ObjectId patientId) =>
        monitors.TryGetValue(patientId, out var monitor) ? monitor : monitors.GetOrAdd(patientId, static id => new PatientMonitor(new MonitorState(id)));

    /// <summary>A patient's monitor; null when the patient is not evaluated here.</summary>
    public PatientMonitor? Find(ObjectId patientId) => monitors.GetValueOrDefault(patientId);

    /// <summary>Puts a monitor in its place, before anything is evaluated.</summary>
    public void Add(PatientMonitor monitor) => monitors[monitor.Id] = monitor;

    /// <summary>Something about a patient has changed other than a reading. Returns at once.</summary>
    public void EvaluateSoon(ObjectId patientId)
    {
        if (monitors.ContainsKey(patientId) && waiting.TryAdd(patientId, true))
            soon.Writer.TryWrite(patientId);
    }

    /// <summary>Does what <see cref="EvaluateSoon"/> asked for, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (var patientId in soon.Reader.ReadAllAsync(cancel))
        {
            waiting.TryRemove(patientId, out _);
            await EvaluateAsync(Of(patientId), default, cancel);
        }
    }

    /// <summary>Evaluates the patients for whom time alone may have changed something.</summary>
    /// <returns>Whether no patient's evaluation fails.</returns>
    public async Task<bool> EvaluateDueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var healthy = true;
        foreach (var (_, monitor) in monitors)
        {
            if (monitor.Due <= now)
                await EvaluateAsync(monitor, default, cancel);
            healthy &= !monitor.Failed;
        }
        return healthy;
    }

    /// <summary>Evaluates new readings of a patient, or with none the passing of time.</summary>
    public async Task EvaluateAsync(PatientMonitor monitor, ReadOnlyMemory<Reading> readings, CancellationToken cancel)
    {
        await monitor.Gate.WaitAsync(cancel);
        try
        {
            Evaluate(monitor, readings.Span);
            monitor.Failed = false;
        }
#pragma warning disable CA1031 // One patient's failure must not stop the others' alarms. It is told of, and the feed goes unconfirmed.
        catch (Exception error)
#pragma warning restore CA1031
        {
            monitor.Failed = true;
            metrics.Failed();
            LogFailed(error, monitor.Id);
        }
        finally
        {
            monitor.Gate.Release();
        }
    }

    /// <summary>Takes an alert as the log has it.</summary>
    public async Task AdoptAsync(Alert alert, CancellationToken cancel)
    {
        if (alert.Sequence == 0)
            return;
        var monitor = Of(alert.PatientId);
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
        var monitor = Of(patientId);
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
            writer.Enqueue(monitor.Id, [], monitor.State);
            monitor.Unsaved = false;
            monitor.Gate.Release();
        }
    }

    private void Evaluate(PatientMonitor monitor, ReadOnlySpan<Reading> readings)
    {
        var now = time.GetUtcNow();
        foreach (var refused in writer.TakeRefused(monitor.Id))
        {
            if (monitor.Take(refused, now) is { } end)
                writer.Enqueue(monitor.Id, [end], monitor.State);
        }
        if (FindPatient(monitor) is not { } patient)
            return;
        var evaluation = AlarmEvaluator.Evaluate(monitor.State, patient, rules, readings, now);
        monitor.Take(evaluation);
        monitor.Due = AlarmEvaluator.NextDue(monitor.State, patient, rules, now) ?? DateTimeOffset.MaxValue;
        if (evaluation.Changes.Count > 0)
        {
            writer.Enqueue(monitor.Id, evaluation.Changes, monitor.State);
            monitor.Unsaved = false;
            metrics.Changed(evaluation.Changes);
        }
        if (readings.Length > 0)
            metrics.Evaluated(now - readings[^1].At);
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
