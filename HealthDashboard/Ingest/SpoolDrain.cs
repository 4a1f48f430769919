using HealthDashboard.Data.Stores;

namespace HealthDashboard.Ingest;

/// <summary>Brings spooled readings to the store, in order, once it is back.</summary>
internal sealed partial class SpoolDrain(Spool spool, IVitalStore store, TimeProvider time, ILogger<SpoolDrain> log) : BackgroundService
{
    /// <summary>How long it waits after the first failure; doubled with each that follows.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);

    /// <summary>How long it waits at most.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // About 50 MB. What a store does once for readings of one stretch of time, such as roll-ups, it should not do for each little piece.
    private const int ReadingsAtOnce = 1_000_000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await spool.WaitAsync(stoppingToken);
            for (var wait = FirstWait; !await TryDrainAsync(wait, stoppingToken); wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
                await Task.Delay(wait, time, stoppingToken);
        }
    }

    private async Task<bool> TryDrainAsync(TimeSpan wait, CancellationToken cancel)
    {
        var drained = 0L;
        try
        {
            while (await spool.PeekAsync(ReadingsAtOnce, cancel) is { } chunk)
            {
                await store.AppendAsync(chunk.Readings, cancel);
                await spool.RemoveAsync(chunk);
                drained += chunk.Readings.Count;
            }
            if (drained > 0)
                LogDrained(drained);
            return true;
        }
        catch (Exception error) when (error is StoreException or IOException or InvalidDataException)
        {
            LogStillAway(error.Message, spool.Readings, wait);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} {Readings} readings are in the spool; next try in {Wait}")]
    private partial void LogStillAway(string reason, long readings, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Readings} readings went from the spool to the store")]
    private partial void LogDrained(long readings);
}
