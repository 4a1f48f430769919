using HealthDashboard.Data.Stores;

namespace HealthDashboard.Hosting;

/// <summary>A jump of the server's clock.</summary>
/// <param name="Seen">When it was seen, by the clock after it.</param>
/// <param name="By">How far it jumped; negative for back.</param>
internal sealed record ClockJump(DateTimeOffset Seen, TimeSpan By);

/// <summary>
/// Holds the server's clock against the monotonic one, which nobody sets. After a jump the time is not believed for what deletes until two
/// looks an hour apart agree (docs/clinical.md, T3).
/// </summary>
internal sealed partial class ClockWatch(TimeProvider time, ILogger<ClockWatch> log) : BackgroundService, IClockTrust
{
    /// <summary>How far the two may differ.</summary>
    public static readonly TimeSpan Allowed = TimeSpan.FromSeconds(60);

    /// <summary>How long they must agree after a jump.</summary>
    public static readonly TimeSpan AgreeFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private (DateTimeOffset Wall, long Monotonic) since = (time.GetUtcNow(), time.GetTimestamp());
    private ClockJump? lastJump;
    private volatile bool isTrusted = true;

    /// <summary>The last jump since the start; null when there was none.</summary>
    public ClockJump? LastJump => Volatile.Read(ref lastJump);

    /// <inheritdoc/>
    public bool IsTrusted
    {
        get
        {
            // Whoever is about to delete looks itself: the clock may have jumped a moment ago.
            Look();
            return isTrusted;
        }
    }

    /// <summary>Compares the two clocks.</summary>
    public void Look()
    {
        lock (gate)
        {
            var (wall, monotonic) = (time.GetUtcNow(), time.GetTimestamp());
            var passed = time.GetElapsedTime(since.Monotonic, monotonic);
            var by = wall - since.Wall - passed;
            if (by.Duration() > Allowed)
            {
                isTrusted = false;
                since = (wall, monotonic);
                Volatile.Write(ref lastJump, new ClockJump(wall, by));
                LogJump(by.TotalSeconds);
            }
            else if (passed >= AgreeFor)
            {
                since = (wall, monotonic);
                if (!isTrusted)
                    LogTrusted();
                isTrusted = true;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            Look();
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The server's clock has jumped by {Seconds:0} s. Nothing is packed or deleted by age until it has agreed with itself for an hour; look after the time service")]
    private partial void LogJump(double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The server's clock has been steady for an hour")]
    private partial void LogTrusted();
}
