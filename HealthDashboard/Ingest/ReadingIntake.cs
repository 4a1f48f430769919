using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>What a request came to once everything good in it is durable.</summary>
/// <param name="Accepted">How many readings were accepted.</param>
/// <param name="Rejected">The others, each with its reason.</param>
/// <param name="Warnings">What the sender should know of those that were accepted; null when there is nothing.</param>
internal sealed record IntakeResult(
    int Accepted,
    IReadOnlyList<Rejection> Rejected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Warnings);

/// <summary>Reads a body's format into a batch.</summary>
internal delegate void ParseReadings(ReadOnlySpan<byte> body, ReadingBatch batch, DateTimeOffset now);

/// <summary>What all formats have in common: body, rules, patients, durability, counts.</summary>
internal sealed partial class ReadingIntake(
    IngestQueue queue,
    IVitalStore store,
    PatientDirectory directory,
    IngestStatistics statistics,
    IOptions<IngestOptions> options,
    TimeProvider time,
    ILogger<ReadingIntake> log)
{
    private const int MostNames = 100;

    private readonly ConcurrentDictionary<string, bool> passedOver = new(StringComparer.Ordinal);
    private readonly DefaultObjectPool<ReadingBatch> batches = new(new BatchPolicy(directory));

    /// <summary>Takes a request's readings; the good ones are durable when the task ends.</summary>
    /// <exception cref="RequestRefusedException">The request is refused, nothing of it kept.</exception>
    public Task<IntakeResult> TakeAsync(HttpContext context, ParseReadings parse) => TakeAsync(context, parse, isHistory: false);

    /// <summary>As <see cref="TakeAsync(HttpContext, ParseReadings)"/> for readings of the past, which the store alone gets.</summary>
    /// <exception cref="RequestRefusedException">The request is refused; with 503 some of it may be in the store, and is to be sent again.</exception>
    public Task<IntakeResult> ImportAsync(HttpContext context, ParseReadings parse) => TakeAsync(context, parse, isHistory: true);

    /// <summary>Takes readings that came in another way than by a request; the good ones are durable when the task ends.</summary>
    /// <param name="source">Who sent them, for the metrics.</param>
    /// <param name="fill">Puts them into the batch.</param>
    /// <exception cref="RequestRefusedException">503: too many are on their way, or they cannot be kept; nothing was kept.</exception>
    public Task<IntakeResult> TakeAsync(string source, Action<ReadingBatch> fill) => TakeAsync(
        source,
        isHistory: false,
        (batch, _) =>
        {
            fill(batch);
            return Task.CompletedTask;
        },
        CancellationToken.None);

    private Task<IntakeResult> TakeAsync(HttpContext context, ParseReadings parse, bool isHistory) => TakeAsync(
        context.User.Identity?.Name ?? "",
        isHistory,
        async (batch, now) =>
        {
            using var body = await RequestBody.ReadAsync(context.Request, options.Value.MaxBodyBytes, context.RequestAborted);
            parse(body.Span, batch, now);
        },
        context.RequestAborted);

    private async Task<IntakeResult> TakeAsync(string source, bool isHistory, Func<ReadingBatch, DateTimeOffset, Task> fillAsync, CancellationToken cancel)
    {
        var batch = batches.Get();
        try
        {
            var now = time.GetUtcNow();
            batch.Begin(new ReadingRules(now, options.Value.RawRetention, isHistory));
            await fillAsync(batch, now);
            await batch.ResolveAsync(cancel);
            if (isHistory)
                await ImportAsync(batch.TakeReadings(), source, cancel);
            else
                await queue.AcceptAsync(batch.TakeReadings(), source, ofPool: true);
            statistics.CountRejected(batch.Rejected.Count, source);
            if (batch.PassedOver > 0)
                PassOver(batch);
            return new IntakeResult(batch.Accepted, [.. batch.Rejected], batch.Warnings.Count > 0 ? [.. batch.Warnings] : null);
        }
        catch (StoreException error)
        {
            LogNotKept(error);
            throw new RequestRefusedException(StatusCodes.Status503ServiceUnavailable, "Readings cannot be kept now: send them again.");
        }
        finally
        {
            batches.Return(batch);
        }
    }

    private async Task ImportAsync(ArraySegment<Reading> readings, string source, CancellationToken cancel)
    {
        foreach (var series in readings.GroupBy(reading => (reading.PatientId, reading.Sign)))
        {
            var (patient, sign) = series.Key;
            await store.ImportAsync(patient, sign, [.. series.Select(reading => new Sample(reading.Time, reading.Value))], cancel);
        }
        LogImported(readings.Count, source);
    }

    // Each name is said once, for whoever set the gateway up; after so many, none any more.
    private void PassOver(ReadingBatch batch)
    {
        statistics.CountPassedOver(batch.PassedOver);
        foreach (var name in batch.PassedOverNames)
        {
            if (passedOver.Count < MostNames && passedOver.TryAdd(name, true))
                LogPassedOver(name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Name}' in line protocol is no reading and is passed over. Ingest:Names can say what it is. This is said once")]
    private partial void LogPassedOver(string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} readings of the past imported by {Source}")]
    private partial void LogImported(int count, string source);

    [LoggerMessage(Level = LogLevel.Error, Message = "Readings could not be kept")]
    private partial void LogNotKept(Exception error);

    private sealed class BatchPolicy(PatientDirectory directory) : PooledObjectPolicy<ReadingBatch>
    {
        public override ReadingBatch Create() => new(directory);

        public override bool Return(ReadingBatch obj) => true;
    }
}
