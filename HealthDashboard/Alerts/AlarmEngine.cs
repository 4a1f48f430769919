using System.Collections.Concurrent;
using System.Threading.Channels;
using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;

namespace HealthDashboard.Alerts;

/// <summary>
/// Runs the alarm rules over what arrives and as time passes, and hands the changes to the store. A patient is evaluated by one caller
/// at a time, and what people do to an alert waits for its turn in the same line, so the two never race on this node; against
/// other nodes the store decides.
/// </summary>
internal sealed partial class AlarmEngine(
    IAlertStore alerts,
    AlertReplay replay,
    PatientDirectory patients,
    AlertFeed feed,
    AlertWriter writer,
    CareChain chain,
    AlertMetrics metrics,
    AlarmOptions options,
    TimeProvider time,
    ILogger<AlarmEngine> log) : BackgroundService
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<ObjectId, PatientMonitor> monitors = new();
    private readonly Channel<ObjectId> changed = Channel.CreateUnbounded<ObjectId>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when open alerts and timers are as they were before the start, with all readings since.</summary>
    public Task Ready => ready.Task;

    /// <summary>Evaluates durable readings. Waits while the engine is not ready or a patient is busy; never drops one.</summary>
    public async ValueTask ApplyAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        if (!ready.Task.IsCompletedSuccessfully)
            await ready.Task.WaitAsync(cancel);
        using var groups = new PatientGroups(readings);
        foreach (var group in groups)
            await EvaluateAsync(MonitorOf(group.PatientId), group.Readings, cancel);
    }

    /// <summary>Someone takes an alert. Again, or after it has ended, changes nothing but what is missing.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, and nothing was changed.</exception>
    public Task<Alert?> AcknowledgeAsync(ObjectId alertId, string actor, string? note, CancellationToken cancel) =>
        ActAsync(alertId, (alert, now) => AlertLife.Acknowledge(alert, actor, note, now), cancel);

    /// <summary>Pauses an alert's sound for a time, 120 s by default, 1 to 300 s.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, and nothing was changed.</exception>
    public Task<Alert?> SilenceAsync(ObjectId alertId, string actor, TimeSpan? duration, CancellationToken cancel) =>
        ActAsync(alertId, (alert, now) => AlertLife.Silence(alert, actor, now + (duration ?? options.Silence), now), cancel);

    /// <summary>Takes an alert one step up the care team at once; at the end of it nothing changes.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, and nothing was changed.</exception>
    public async Task<Alert?> EscalateAsync(ObjectId alertId, string actor, CancellationToken cancel)
    {
        if (await FindAsync(alertId, cancel) is not { } alert)
            return null;
        if (await chain.NextAsync(alert.PatientId, alert.Escalation, cancel) is not { } step)
            return alert;
        return await ActAsync(alertId, (current, now) => AlertLife.Escalate(current, step.Number, step.To, actor, now), cancel);
    }

    /// <summary>The patient's NEWS2 score now; null when the patient is not known.</summary>
    public NewsScore? ScoreOf(ObjectId patientId) =>
        patients.Find(patientId) is { } patient
            ? (monitors.GetValueOrDefault(patientId)?.State ?? new MonitorState(patientId)).Score(patient, time.GetUtcNow())
            : null;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await feed.Loaded.WaitAsync(stoppingToken);
        using var log = feed.Follow();
        using var changes = patients.OnChanged(id => changed.Writer.TryWrite(id));
        await foreach (var monitor in replay.RestoreAsync(log.Snapshot.Open, stoppingToken))
            monitors[monitor.Id] = monitor;
        ...
    }
}
