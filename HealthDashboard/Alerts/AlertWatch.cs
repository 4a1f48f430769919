using HealthDashboard.Monitoring;

namespace HealthDashboard.Alerts;

/// <summary>
/// A page's subscription to the alerts for as long as the page is open. The first change is shown at once, the next ones at most
/// every 25 ms. When the loop fails the page says so, and it begins again from a new snapshot: silence would be dangerous.
/// </summary>
internal sealed partial class AlertWatch(AlertFeed feed, TimeProvider time, ILogger<AlertWatch> log)
{
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Whether what the page shows may be old.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Runs until cancelled.</summary>
    /// <param name="view">What to keep; touched only inside <paramref name="update"/>.</param>
    /// <param name="update">Runs the given work where the page may be changed, and then shows the page.</param>
    /// <param name="cancel">When the page closes.</param>
    public async Task RunAsync(AlertView view, Func<Action, Task> update, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(view, update, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Whatever it was, the page must say so and go on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogLost(error);
            }
            if (await IsOverAsync(update, cancel))
                return;
        }
    }

    private async Task FollowAsync(AlertView view, Func<Action, Task> update, CancellationToken cancel)
    {
        using var subscription = feed.Subscribe();
        var messages = subscription.Messages;
        await update(() =>
        {
            view.Reset(subscription.Snapshot);
            IsLost = false;
        });
        while (await messages.WaitToReadAsync(cancel))
        {
            await update(() =>
            {
                while (messages.TryRead(out var message))
                    view.Apply(message);
            });
            await Task.Delay(ShowEvery, time, cancel);
        }
    }

    private async Task<bool> IsOverAsync(Func<Action, Task> update, CancellationToken cancel)
    {
        try
        {
            await update(() => IsLost = true);
            await Task.Delay(RetryAfter, time, cancel);
            return false;
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException)
        {
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A page's stream of alerts failed and begins again")]
    private partial void LogLost(Exception error);
}
