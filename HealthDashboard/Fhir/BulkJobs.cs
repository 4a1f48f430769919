using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Threading.Channels;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// Runs bulk jobs, one at a time, so that memory and stores see one at most. An import that was cut off by a stop goes on at the next start;
/// an export has to be started again. Files go after <see cref="FhirOptions.KeepBulkHours"/>, those of an export also at the next start, and all of
/// them together stay within <see cref="FhirOptions.MaxBulkBytes"/>.
/// </summary>
internal sealed partial class BulkJobs(BulkExport export, BulkImport import, IOptions<StoreOptions> stores, IOptions<FhirOptions> options, TimeProvider time, ILogger<BulkJobs> log) : BackgroundService
{
    private static readonly TimeSpan BetweenPurges = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, BulkJob> jobs = new(StringComparer.Ordinal);
    private readonly Channel<BulkJob> waiting = Channel.CreateUnbounded<BulkJob>();

    private string Folder => Path.Combine(stores.Value.DataDirectory, "bulk");

    /// <summary>When the files of a job go.</summary>
    public DateTimeOffset Expires(BulkJob job) => (job.Ended ?? job.Begun).AddHours(options.Value.KeepBulkHours);

    /// <summary>A job of somebody; null when that person has none of this id.</summary>
    public BulkJob? Find(string id, ClaimsPrincipal user) => jobs.GetValueOrDefault(id) is { } job && job.IsOf(user) ? job : null;

    /// <summary>Everything that somebody has begun, the latest first.</summary>
    public IReadOnlyList<BulkJob> Of(ClaimsPrincipal user) => [.. jobs.Values.Where(job => job.IsOf(user)).OrderByDescending(job => job.Begun)];

    /// <summary>Begins an export.</summary>
    /// <exception cref="FhirException">503: too many wait; 507: the files of others leave no room.</exception>
    public BulkJob Export(ClaimsPrincipal user, IEnumerable<string> types, DateTimeOffset? since)
    {
        Purge();
        if (Room() <= 0)
            throw NoRoom();
        var job = Create(BulkKind.Export, user, string.Join(',', types), since);
        Enqueue(job);
        return job;
    }

    /// <summary>Takes a file and begins to import it.</summary>
    /// <exception cref="FhirException">409: it was cancelled meanwhile; 413: it is too large; 503: too many wait; 507: the files of others leave no room.</exception>
    public async Task<BulkJob> ImportAsync(ClaimsPrincipal user, BulkKind kind, string name, IEnumerable<Func<Stream>> sources, CancellationToken cancel)
    {
        Purge();
        var most = Math.Min(Room(), options.Value.MaxImportBytes);
        if (most <= 0)
            throw NoRoom();
        var job = Create(kind, user, name, null);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, job.Cancelled);
        try
        {
            await using (var file = BulkFiles.Open(job.SourceFile, FileMode.CreateNew))
            {
                foreach (var source in sources)
                {
                    await using var stream = source();
                    if (!await BulkFiles.CopyAsync(stream, file, most - file.Length, count => job.Received += count, both.Token))
                        throw most < options.Value.MaxImportBytes ? NoRoom() : new FhirException(StatusCodes.Status413PayloadTooLarge, R4.OperationOutcome.IssueType.TooLong, $"A file may have {options.Value.MaxImportBytes} bytes.");
                    // One file ends where the next begins.
                    if (kind == BulkKind.Ndjson)
                        await file.WriteAsync("\n"u8.ToArray(), both.Token);
                }
                file.Flush(flushToDisk: true);
            }
            await new KeptFile<BulkMark>(job.MarkFile).WriteAsync(job.Mark(0, 0, 0), both.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Remove(job);
            throw new FhirException(StatusCodes.Status409Conflict, R4.OperationOutcome.IssueType.Conflict, "It was cancelled while it was received.");
        }
        catch
        {
            Remove(job);
            throw;
        }
        Enqueue(job);
        return job;
    }

    /// <summary>Cancels a job that runs, and removes what it has written. What an import has brought in stays.</summary>
    public void Remove(BulkJob job)
    {
        job.Cancel();
        jobs.TryRemove(job.Id, out _);
        if (job.State is BulkState.Waiting or BulkState.Done or BulkState.Failed or BulkState.Cancelled)
            Delete(job.Folder);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await ResumeAsync(stoppingToken);
        await Task.WhenAll(RunAllAsync(stoppingToken), PurgeAsync(stoppingToken));
    }

    private async Task RunAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var job in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            if (jobs.ContainsKey(job.Id) && !job.Cancelled.IsCancellationRequested)
                await RunAsync(job, stoppingToken);
            if (!jobs.ContainsKey(job.Id))
                Delete(job.Folder);
        }
    }

    private async Task PurgeAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BetweenPurges, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Purge();
        }
    }

    private void Purge()
    {
        foreach (var old in jobs.Values.Where(old => old.IsOver && Expires(old) <= time.GetUtcNow()))
            Remove(old);
    }

    private long Room() => options.Value.MaxBulkBytes - BulkFiles.SizeOf(Folder);

    private FhirException NoRoom()
    {
        var next = jobs.Values.Where(job => job.IsOver).Select(Expires).Order().Cast<DateTimeOffset?>().FirstOrDefault();
        return new(
            StatusCodes.Status507InsufficientStorage,
            R4.OperationOutcome.IssueType.NoStore,
            $"The files of exports and imports have come to {options.Value.MaxBulkBytes} bytes, which is all that they may (Fhir:MaxBulkBytes). DELETE an export that has been fetched{(next is null ? "" : string.Create(CultureInfo.InvariantCulture, $", or wait until {next:yyyy-MM-ddTHH:mm:ssZ}, when the oldest expires"))}.");
    }

    private async Task RunAsync(BulkJob job, CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, job.Cancelled);
        // What it reads and writes is in the audit as of the request that began it.
        Caller.Current = new Caller(job.Address);
        job.State = BulkState.Running;
        try
        {
            await (job.Kind == BulkKind.Export ? export.RunAsync(job, Room(), both.Token) : import.RunAsync(job, both.Token));
            (job.Progress, job.State) = (1, BulkState.Done);
        }
        catch (OperationCanceledException) when (both.IsCancellationRequested)
        {
            // What a stop cut off is not over.
            job.State = job.Cancelled.IsCancellationRequested ? BulkState.Cancelled : BulkState.Waiting;
        }
#pragma warning disable CA1031 // The next job must still run.
        catch (Exception error)
#pragma warning restore CA1031
        {
            (job.Error, job.State) = (error is FhirException or StoreException ? error.Message : "Internal error; the log has more.", BulkState.Failed);
            LogFailed(error, job.Kind, job.Id);
        }
        if (!job.IsOver)
            return;
        job.Ended = time.GetUtcNow();
        // Half an export is of no use to anybody.
        if (job is { Kind: BulkKind.Export, State: BulkState.Failed })
            Delete(job.Folder);
        // Not started again at the next start; and nobody needs the source any more.
        foreach (var file in (string[])[job.MarkFile, job.SourceFile, job.IdsFile])
            Delete(job.Id, () => File.Delete(file));
    }

    // Imports that were cut off go on; everything else of the last run is of no use.
    private async Task ResumeAsync(CancellationToken cancel)
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (var folder in Directory.EnumerateDirectories(Folder))
        {
            var id = Path.GetFileName(folder);
            if (jobs.ContainsKey(id))
                continue;
            if (ReadMark(Path.Combine(folder, "mark.json")) is not { } mark)
            {
                Delete(folder);
                continue;
            }
            var user = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, mark.Actor)], "resumed"));
            var job = new BulkJob(id, mark.Kind, user, mark.Name, folder, time.GetUtcNow()) { Address = mark.Address };
            job.Restore(mark);
            jobs[id] = job;
            LogResumed(id, mark.Line);
            await waiting.Writer.WriteAsync(job, cancel);
        }
    }

    private static BulkMark? ReadMark(string path)
    {
        try
        {
            return new KeptFile<BulkMark>(path).Read();
        }
        catch (Exception error) when (error is IOException or System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private BulkJob Create(BulkKind kind, ClaimsPrincipal user, string name, DateTimeOffset? since)
    {
        if (jobs.Values.Count(job => !job.IsOver) >= options.Value.MaxJobs)
            throw new FhirException(StatusCodes.Status503ServiceUnavailable, R4.OperationOutcome.IssueType.Throttled, "Too many exports and imports are waiting: try it later.");
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var folder = Path.Combine(Folder, id);
        var job = new BulkJob(id, kind, user, name, folder, time.GetUtcNow()) { Since = since, Address = Caller.Current?.Address };
        // Known first: what nobody knows is deleted at the start.
        jobs[id] = job;
        try
        {
            PrivateFiles.CreateDirectory(Folder);
            PrivateFiles.CreateDirectory(folder);
        }
        catch
        {
            jobs.TryRemove(id, out _);
            throw;
        }
        return job;
    }

    private void Enqueue(BulkJob job) => waiting.Writer.TryWrite(job);

    private void Delete(string folder) => Delete(Path.GetFileName(folder), () => Directory.Delete(folder, recursive: true));

    private void Delete(string id, Action delete)
    {
        try
        {
            delete();
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has cancelled the job meanwhile, and all of it is gone.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotDeleted(error, id);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} failed")]
    private partial void LogFailed(Exception error, BulkKind kind, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Import {Id} goes on at line {Line}")]
    private partial void LogResumed(string id, int line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The files of the bulk job {Id} could not be deleted")]
    private partial void LogNotDeleted(Exception error, string id);
}
