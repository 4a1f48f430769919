using System.Threading.Channels;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Runs the fold every so often, or sooner when asked. A fold that fails is logged and tried again the next time.</summary>
internal sealed class FoldSchedule
{
    private readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly VitalFold fold;
    private readonly IClockTrust? clock;
    private readonly ILogger logger;
    private readonly ITimer timer;
    private readonly Task loop;

    public FoldSchedule(VitalFold fold, TimeProvider time, TimeSpan every, IClockTrust? clock, ILogger logger)
    {
        (this.fold, this.clock, this.logger) = (fold, clock, logger);
        timer = time.CreateTimer(_ => Hasten(), null, every, every);
        loop = Task.Run(async () =>
        {
            await foreach (var _ in wake.Reader.ReadAllAsync())
                await RunAsync();
        });
    }

    /// <summary>What the last fold failed with; null when it went well.</summary>
    public string? Failure { get; private set; }

    /// <summary>Asks for a fold now. One that is asked for already is enough.</summary>
    public void Hasten() => wake.Writer.TryWrite(true);

    /// <summary>Folds, unless the clock is not to be believed; a failure is kept and logged, not thrown: the readings are safe in the journal, and the next turn tries again.</summary>
    public async Task RunAsync()
    {
        // A fold also drops what is beyond its retention, and a wrong clock would make that everything.
        if (clock is { IsTrusted: false })
            return;
        try
        {
            await fold.FoldAsync();
            Failure = null;
        }
        catch (Exception error)
        {
            Failure = error.Message;
            logger.LogWarning(error, "Folding vital signs failed; it is tried again at the next turn. The readings are safe in the journal.");
        }
    }

    /// <summary>Stops, after a last fold if wanted.</summary>
    public async Task CloseAsync(bool foldOnce)
    {
        await timer.DisposeAsync();
        wake.Writer.TryComplete();
        await loop;
        if (foldOnce)
            await RunAsync();
    }
}
