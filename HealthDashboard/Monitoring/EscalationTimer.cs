using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>
/// Takes alerts that nobody acknowledges up the care team, a step at a time; the last step repeats. The clock of a step starts with the
/// step before, or with <see cref="Alert.RecordedAt"/>: when the alert was raised or its acknowledgement was withdrawn. All of these are in
/// the store, so the clock survives a restart and every node comes to the same; the store lets only one node take a step. Silencing does
/// not stop it.
/// </summary>
internal sealed partial class EscalationTimer(
    AlarmEngine engine, AlertFeed feed, IAlertStore store, AlarmRules rules, TimeProvider time, ILogger<EscalationTimer> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(60);

    private readonly Dictionary<ObjectId, Step> steps = [];

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await engine.Ready.WaitAsync(stoppingToken);
        using var timer = new PeriodicTimer(Every, time);
        do
            await EscalateDueAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task EscalateDueAsync(CancellationToken cancel)
    {
        var waiting = feed.Snapshot().Open.Where(alert => alert.Response == AlertResponse.Unacknowledged && DelayOf(alert) is not null).ToList();
        foreach (var gone in steps.Keys.Except(waiting.Select(alert => alert.Id)).ToList())
            steps.Remove(gone);
        // An alert that is not recorded yet has no step for the store to compare; it follows when it has.
        foreach (var alert in waiting.Where(alert => alert.Sequence > 0))
        {
            try
            {
                if (await IsDueAsync(alert, cancel) && (await engine.StepUpAsync(alert, AlertChange.SystemActor, cancel))?.Escalation == alert.Escalation)
                    steps[alert.Id] = Step.Of(alert, time.GetUtcNow() + AskAgain - DelayOf(alert)!.Value);
            }
            catch (StoreUnavailableException)
            {
                return; // The writer tells of it. All of them are tried again a second later.
            }
#pragma warning disable CA1031 // The loop must go on for the other alerts; this one is tried again a second later.
            catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
            {
                LogFailed(error);
            }
        }
    }

    private async Task<bool> IsDueAsync(Alert alert, CancellationToken cancel)
    {
        if (!steps.TryGetValue(alert.Id, out var step) || step != Step.Of(alert, step.At))
            steps[alert.Id] = step = Step.Of(alert, await StepTimeAsync(alert, cancel));
        return step.At + DelayOf(alert) <= time.GetUtcNow();
    }

    private async Task<DateTimeOffset> StepTimeAsync(Alert alert, CancellationToken cancel)
    {
        if (alert is { Escalation: 0, EscalatedTo: null })
            return alert.RecordedAt;
        var history = await store.HistoryAsync(alert.Id, cancel);
        // A step from before an acknowledgement was withdrawn does not count.
        return history.LastOrDefault(change => change.Kind == AlertChangeKind.Escalated && change.Alert.RecordedAt == alert.RecordedAt)?.Time
            ?? alert.RecordedAt;
    }

    private TimeSpan? DelayOf(Alert alert) => rules.EscalateAfter(alert.Priority);

    [LoggerMessage(Level = LogLevel.Error, Message = "An alert could not be escalated; it is tried again")]
    private partial void LogFailed(Exception error);

    /// <param name="RecordedAt">Since when the alert waits for an acknowledgement: escalation starts anew when it changes.</param>
    /// <param name="Escalation">How many steps it had gone.</param>
    /// <param name="At">When the clock of the next one started.</param>
    private readonly record struct Step(DateTimeOffset RecordedAt, int Escalation, DateTimeOffset At)
    {
        public static Step Of(Alert alert, DateTimeOffset at) => new(alert.RecordedAt, alert.Escalation, at);
    }
}
