using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.ObjectPool;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Runs the alarm rules over what arrives and as time passes, keeps alerts in the store and hands them to the feed. A patient is
/// evaluated by one caller at a time, and what people do to an alert waits for its turn in the same line, so the two never race on
/// this node; between nodes the store decides.
/// </summary>
internal sealed partial class AlarmEngine(
    IAlertStore alerts,
    PatientDirectory patients,
    MonitorSet monitors,
    MonitorKeeper keeper,
    RegionWatch watch,
    AlertFeed feed,
    AlertWriter writer,
    CareChain chain,
    StrayDevices strays,
    AlarmRules rules,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(5);

    private readonly DefaultObjectPool<PatientGroups> grouping = new(new DefaultPooledObjectPolicy<PatientGroups>());
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when open alerts and timers are as they were before the start, with all readings since.</summary>
    public Task Ready => ready.Task;

    /// <summary>Evaluates durable readings. Waits when the engine is behind; never drops one.</summary>
    public async ValueTask ApplyAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        await ready.Task.WaitAsync(cancel);
        var groups = grouping.Get();
        try
        {
            groups.Fill(readings.AsMemory());
            for (var i = 0; i < groups.Count; i++)
            {
                var (patientId, ofPatient) = groups[i];
                strays.See(patientId, ofPatient.Span);
                await monitors.EvaluateAsync(patientId, ofPatient, cancel);
            }
        }
        finally
        {
            grouping.Return(groups);
        }
    }

    /// <summary>Acknowledges an alert. Idempotent; one that has ended only remembers who and when.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, so it is not done.</exception>
    public Task<Alert?> AcknowledgeAsync(ObjectId alertId, string actor, string? note, CancellationToken cancel) =>
        ActAsync(alertId, (alert, now) => AlertLife.Acknowledge(alert, actor, note, now), cancel);

    /// <summary>Pauses an alert's sound for a time, 120 s by default, 1 to 300 s.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, so it is not done.</exception>
    public Task<Alert?> SilenceAsync(ObjectId alertId, string actor, TimeSpan? duration, CancellationToken cancel) =>
        ActAsync(alertId, (alert, now) => AlertLife.Silence(alert, actor, now + (duration ?? rules.Silence), now), cancel);

    /// <summary>Says that somebody is on the way. Idempotent.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, so it is not done.</exception>
    public Task<Alert?> RespondAsync(ObjectId alertId, string actor, CancellationToken cancel) =>
        ActAsync(alertId, (alert, now) => AlertLife.Respond(alert, actor, now), cancel);

    /// <summary>Says what an alert was, open or long over. Idempotent.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, so it is not done.</exception>
    public Task<Alert?> ReviewAsync(ObjectId alertId, string actor, AlertVerdict verdict, string? comment, CancellationToken cancel) =>
        ActAsync(alertId, (alert, now) => AlertLife.Review(alert, actor, verdict, comment, now), cancel);

    /// <summary>Escalates an alert by one step at once; the last step may be repeated.</summary>
    /// <returns>The alert after it; null when there is no such alert.</returns>
    /// <exception cref="StoreUnavailableException">It cannot be recorded now, so it is not done.</exception>
    public async Task<Alert?> EscalateAsync(ObjectId alertId, string actor, CancellationToken cancel)
    {
        await WaitForTurnAsync(ready.Task.WaitAsync, "alarms do not run yet.", cancel);
        if (await FindAsync(alertId, cancel) is not { } found)
            return null;
        // The feed may be a moment behind the step before.
        return await StepUpAsync(monitors.Find(found.PatientId)?.FindOpen(alertId) ?? found, actor, cancel);
    }

    /// <summary>
    /// Escalates an alert by the step that follows those of the alert as given. When it has gone further meanwhile, or its escalation has started
    /// anew, nothing changes.
    /// </summary>
    public async Task<Alert?> StepUpAsync(Alert alert, string actor, CancellationToken cancel)
    {
        return await chain.NextAsync(alert, cancel) is { } step
            ? await ActAsync(alert.Id, (current, now) => current.RecordedAt == alert.RecordedAt ? Take(step, current, now) : null, cancel)
            : alert;

        AlertChange? Take(CareStep step, Alert current, DateTimeOffset now) => step.Number is { } number
            ? AlertLife.Escalate(current, number, step.To, actor, now)
            : AlertLife.EscalateToNobody(current, alert.Escalation, CareChain.Nobody, actor, now);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await feed.Loaded.WaitAsync(stoppingToken);
        using var log = feed.Follow();
        using var changes = patients.OnChanged(monitors.EvaluateSoon);
        using var writing = new CancellationTokenSource();
        // Not ended with the rest: what the last evaluation brought about is still written.
        var writes = writer.RunAsync(monitors.EvaluateSoon, writing.Token);
        try
        {
            // A patient who is not here yet would begin without the state that was stored.
            await patients.Loaded.WaitAsync(stoppingToken);
            await keeper.StartAsync(stoppingToken);
            ready.SetResult();
            // When one of these ends by itself there are no alarms: the host must know, and the feed goes unconfirmed.
            await await Task.WhenAny(
                writes, TickAsync(stoppingToken), monitors.RunAsync(stoppingToken), keeper.RunAsync(stoppingToken), AdoptAsync(log, stoppingToken));
        }
        finally
        {
            ready.TrySetCanceled(CancellationToken.None);
            await monitors.SaveAsync(CancellationToken.None);
            writer.Complete();
            writing.CancelAfter(LastWrites);
            await writes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TickAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TickEvery, time);
        var saved = time.GetUtcNow();
        do
        {
            if (await monitors.EvaluateDueAsync(cancel))
                Confirm();
            if (time.GetUtcNow() - saved < SaveEvery)
                continue;
            saved = time.GetUtcNow();
            if (!writer.IsUnavailable)
                await monitors.SaveAsync(cancel);
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private void Confirm()
    {
        feed.ConfirmEngine();
        watch.Confirm();
    }

    // What people and evaluators on other nodes did comes by the log, as everything does.
    private async Task AdoptAsync(AlertSubscription log, CancellationToken cancel)
    {
        await foreach (var message in log.Messages.ReadAllAsync(cancel))
        {
            foreach (var alert in message.Snapshot?.Open ?? [message.Change!.Alert])
                await monitors.AdoptAsync(alert, cancel);
        }
    }

    // Who acts on an alert stands before a screen: that it is not done must be said soon.
    private async Task WaitForTurnAsync(Func<CancellationToken, Task> wait, string reason, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(LongestTurn, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            await wait(limit.Token);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new StoreUnavailableException(AlertWriter.Name, reason, error);
        }
    }

    private async Task<Alert?> FindAsync(ObjectId alertId, CancellationToken cancel) =>
        feed.FindOpen(alertId) ?? await alerts.FindAsync(alertId, cancel);

    private async Task<Alert?> ActAsync(ObjectId alertId, Func<Alert, DateTimeOffset, AlertChange?> act, CancellationToken cancel)
    {
        await WaitForTurnAsync(ready.Task.WaitAsync, "alarms do not run yet.", cancel);
        if (await FindAsync(alertId, cancel) is not { } found)
            return null;
        // Where another node watches the patient, the store alone decides.
        var monitor = monitors.Find(found.PatientId) ?? new PatientMonitor(new MonitorState(found.PatientId));
        await WaitForTurnAsync(monitor.Gate.WaitAsync, "the patient's alarms are still being evaluated.", cancel);
        try
        {
            monitors.TakeRefused(monitor);
            var alert = monitor.FindOpen(alertId) ?? await alerts.FindAsync(alertId, cancel) ?? found;
            while (act(alert, time.GetUtcNow()) is { } change)
            {
                // Refused: someone else was first, and the store's alert is where to go on from.
                var outcome = await writer.WriteAsync(monitor.Id, change);
                // Until that is done, whatever is made of a refused alert is refused too.
                monitors.TakeRefused(monitor);
                alert = outcome.Taken ? outcome.Change.Alert : outcome.Current ?? throw Gone();
                monitor.Take(alert);
                if (outcome.Taken)
                    return alert;
            }
            return alert;
        }
        finally
        {
            monitor.Gate.Release();
        }
    }

    private static ConflictException Gone() => new(ConflictReason.Missing, "The alert is no longer stored.");
}
