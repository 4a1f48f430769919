using System.Buffers;
using System.Threading.Channels;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Ingest;

/// <summary>
/// The way of a good reading: durable in the vital store, or in the spool while that is unavailable; then the caller is answered, and the
/// reading goes to the screens and to the alarms, batches in the order in which they were accepted.
/// Loss policy: none. When too many readings are on their way, because the store or the alarms are behind, more wait, and are refused when
/// that takes too long (<see cref="IngestRoom"/>).
/// </summary>
internal sealed partial class IngestQueue(
    IVitalStore store,
    Spool spool,
    IReadingSink sink,
    IngestRoom room,
    IngestStatistics statistics,
    TimeProvider time,
    ILogger<IngestQueue> log,
    IReadingReceipts? receipts = null) : BackgroundService
{
    /// <summary>How far back readings that the last run left in the spool are still evaluated; as far as the alarms replay the store.</summary>
    public static readonly TimeSpan Replay = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan LastEvaluations = TimeSpan.FromSeconds(3);

    // Unbounded, because the count of readings on their way bounds it.
    private readonly Channel<(ArraySegment<Reading> Readings, bool OfPool, Task Durable, long Start)> accepted =
        Channel.CreateUnbounded<(ArraySegment<Reading>, bool, Task, long)>(new UnboundedChannelOptions { SingleReader = true });

    // When the batch came whose turn it is; 0 while none is on its way.
    private long oldest;

    /// <summary>How long the oldest readings that are on their way have been so.</summary>
    public TimeSpan Age => Interlocked.Read(ref oldest) is not 0 and var start ? time.GetElapsedTime(start) : TimeSpan.Zero;

    /// <summary>
    /// Takes readings that passed every rule; they are durable when the task ends. Cannot be cancelled: what is stored must also reach
    /// the alarms.
    /// </summary>
    /// <param name="readings">The readings. They must not change until they are evaluated, which may be after the task's end.</param>
    /// <param name="source">Who sent them, for the metrics.</param>
    /// <param name="ofPool">Whether their array goes to the shared pool of arrays once nobody needs them. Then the caller has no part in them any more.</param>
    /// <exception cref="RequestRefusedException">503: too many are on their way; nothing was kept.</exception>
    /// <exception cref="StoreException">Neither store nor spool could keep them.</exception>
    public async Task AcceptAsync(ArraySegment<Reading> readings, string source, bool ofPool = false)
    {
        var count = readings.Count;
        if (count == 0)
            return;
        if (!await room.EnterAsync(count))
            throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, "Too many readings are waiting: send it again.");
        var start = time.GetTimestamp();
        var receipt = receipts?.Send(count) ?? 0;
        // What is acknowledged may be evaluated, and its array in use again, before its receipt is written.
        Reading[] acknowledged = receipts is null ? [] : [.. readings];
        var durable = KeepAsync(readings);
        // Refused only while stopping: the alarms then replay it from the store at the next start.
        if (!accepted.Writer.TryWrite((readings, ofPool, durable, start)))
            room.Leave(count);
        await durable;
        receipts?.Acknowledge(receipt, acknowledged);
        statistics.CountAccepted(count, source, time.GetElapsedTime(start));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        accepted.Writer.TryComplete();
        // Not for ever: where alarms cannot run, what is left is evaluated from the store at the next start.
        if (ExecuteTask is { } spreading)
            await spreading.WaitAsync(LastEvaluations, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await spool.ReadSinceAsync(time.GetUtcNow() - Replay, stoppingToken) is { Count: > 0 } left)
            await SpreadAsync(left, stoppingToken);
        await foreach (var (readings, ofPool, durable, start) in accepted.Reader.ReadAllAsync(stoppingToken))
        {
            Interlocked.Exchange(ref oldest, start);
            await durable.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (durable.IsCompletedSuccessfully)
                await SpreadAsync(readings, stoppingToken);
            room.Leave(readings.Count);
            if (ofPool)
                ArrayPool<Reading>.Shared.Return(readings.Array!);
            Interlocked.Exchange(ref oldest, 0);
        }
    }

    // While the spool holds anything, new readings queue behind it: the later of two readings for the same moment must win.
    private async Task KeepAsync(ArraySegment<Reading> readings)
    {
        if (spool.Readings == 0)
        {
            try
            {
                await store.AppendAsync(readings, CancellationToken.None);
                return;
            }
            catch (StoreUnavailableException error)
            {
                LogAway(error.Message);
            }
        }
        await spool.AppendAsync(readings);
    }

    private async Task SpreadAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        try
        {
            await sink.AcceptAsync(readings, cancel);
        }
#pragma warning disable CA1031 // Readings of other patients must still be evaluated.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            LogNotEvaluated(error, readings.Count);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Reason} Readings go to the spool")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Count} readings are stored but could not be evaluated")]
    private partial void LogNotEvaluated(Exception error, int count);
}
