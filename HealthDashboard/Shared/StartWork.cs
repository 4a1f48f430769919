using HealthDashboard.Data.Stores;

namespace HealthDashboard.Shared;

/// <summary>
/// Something to do with a store before the first request. While the store is unavailable the app starts without it, and it is done as soon as the
/// store is back. What a store cannot do for another reason is reported and tried again too: nobody is watched by a program that did not start.
/// </summary>
internal abstract partial class StartWork(TimeProvider time, ILogger log) : BackgroundService
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private bool done;

    protected TimeProvider Time { get; } = time;

    protected ILogger Log => log;

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WorkAsync(cancellationToken);
            done = true;
        }
        catch (StoreException unavailable)
        {
            LogWaiting(unavailable.Message);
        }
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Does it. May run several times, each time from the start.</summary>
    protected abstract Task WorkAsync(CancellationToken cancel);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!done)
        {
            await Task.Delay(RetryAfter, Time, stoppingToken);
            try
            {
                await WorkAsync(stoppingToken);
                done = true;
                LogDone();
            }
            catch (Exception error) when (error is StoreException or ConflictException)
            {
                // A conflict is another node that does the same; the next attempt finds it done.
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} The app starts without it and goes on when it is back")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "What waited for a store at the start is done")]
    private partial void LogDone();
}
