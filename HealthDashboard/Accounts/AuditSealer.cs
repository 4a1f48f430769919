using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Accounts;

/// <summary>
/// Signs the head of this node's chain at each full hour and at the end of the program, into the store, into a file of the data directory and
/// into the log: whoever can write to the store alone can neither shorten nor rewrite the audit unnoticed. Also writes what waits.
/// </summary>
internal sealed partial class AuditSealer(IAuditStore store, AuditWriter writer, Audit audit, AuditKey key, AuditHeadFile file, TimeProvider time, ILogger<AuditSealer> log)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(cancellationToken);
    }

    /// <summary>Signs the head, unless it was signed already.</summary>
    /// <exception cref="StoreException">It cannot be read or written.</exception>
    public async Task SealAsync(CancellationToken cancel)
    {
        var head = await store.HeadAsync(writer.Chain, cancel);
        var seals = await store.SealsAsync(writer.Chain, cancel);
        if (head.Sequence == (seals.Count > 0 ? seals[^1].Head.Sequence : 0))
            return;
        var seal = key.Sign(head, seals.Count + 1, time.GetUtcNow());
        await store.SealAsync(seal, cancel);
        await file.AddAsync(seal.Head, cancel);
        LogSealed(head.Chain, head.Sequence, head.Hash);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        var next = NextHour();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await audit.EnsureAsync();
            }
            catch (AuditUnavailableException)
            {
                continue; // Looks are refused meanwhile, and the health check says why.
            }
            if (time.GetUtcNow() >= next && await TryAsync(stoppingToken))
                next = NextHour();
        }
    }

    private DateTimeOffset NextHour() => new DateTimeOffset(time.GetUtcNow().UtcTicks / TimeSpan.TicksPerHour * TimeSpan.TicksPerHour, TimeSpan.Zero).AddHours(1);

    private async Task<bool> TryAsync(CancellationToken cancel)
    {
        try
        {
            await SealAsync(cancel);
            return true;
        }
        catch (Exception error) when (error is StoreException or ConflictException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            LogFailed(error);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The audit's chain {Chain} is signed at row {Sequence}, hash {Hash}")]
    private partial void LogSealed(string chain, long sequence, string hash);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit's head could not be signed; it is tried again")]
    private partial void LogFailed(Exception error);
}

/// <summary>The heads that this node has signed, a line each, beside the store: <c>audit-heads.jsonl</c> in the data directory.</summary>
/// <param name="path">The file.</param>
internal sealed class AuditHeadFile(string path)
{
    public Task AddAsync(AuditHead head, CancellationToken cancel) =>
        File.AppendAllTextAsync(path, JsonSerializer.Serialize(head, JsonSerializerOptions.Web) + "\n", cancel);

    /// <summary>Every head there is; a line that was cut off by a power cut is left out.</summary>
    public IReadOnlyList<AuditHead> Read() => File.Exists(path) ? [.. File.ReadLines(path).Select(Parse).OfType<AuditHead>()] : [];

    private static AuditHead? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditHead>(line, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
