using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>Makes roll-ups from time to time until it is closed. While the server is unavailable nothing is lost: the next round catches up.</summary>
internal sealed partial class RollUpSchedule : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource closing = new();
    private readonly ILogger log;
    private readonly Task rounds;

    public RollUpSchedule(RollUps rollUps, TimeProvider time, ILogger log)
    {
        this.log = log;
        rounds = Task.Run(() => RunAsync(rollUps, time));
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await rounds;
        closing.Dispose();
    }

    private async Task RunAsync(RollUps rollUps, TimeProvider time)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
                await TryAsync(rollUps);
            while (await timer.WaitForNextTickAsync(closing.Token));
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
        }
    }

    private async Task TryAsync(RollUps rollUps)
    {
        try
        {
            await rollUps.SettleAsync(closing.Token);
        }
        catch (StoreException error)
        {
            LogLater(error.Message, Every);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Charts are drawn from raw readings until roll-ups are made; next try in {Wait}")]
    private partial void LogLater(string reason, TimeSpan wait);
}
