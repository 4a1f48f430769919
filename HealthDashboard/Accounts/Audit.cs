using System.Collections.Concurrent;
using System.Security.Claims;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Accounts;

/// <summary>
/// Writes down who did what and who looked at whom. What has been done is never left out: while the store is unavailable its entries wait in
/// a file. A look is refused when it cannot be written down, and so is every other look until all that waits has been.
/// </summary>
internal sealed partial class Audit(AuditWriter writer, KeptFile<IReadOnlyList<AuditEntry>> file, TimeProvider time, ILogger<Audit> log)
{
    /// <summary>Looking at the same again within this time is the same look.</summary>
    public static readonly TimeSpan SameLook = TimeSpan.FromMinutes(1);

    /// <summary>Entries that are to be written at once: those that a caller begins together share a write, and so many are enough for one.</summary>
    public const int AtOnce = 500;

    private const int MostLooks = 20_000;

    private readonly ConcurrentDictionary<Look, DateTimeOffset> looks = new();
    private readonly SemaphoreSlim turn = new(1, 1);
    private IReadOnlyList<AuditEntry>? waiting;

    /// <summary>How many entries wait for the store.</summary>
    public int Waiting => waiting?.Count ?? 0;

    /// <summary>
    /// Writes down what has been done, durably and before the caller hears of it. Cannot be cancelled, and does not fail with the store: the
    /// entry then waits on this node's disk.
    /// </summary>
    /// <param name="user">Who did it.</param>
    /// <param name="action">What was done, for example <c>patient.update</c>.</param>
    /// <param name="patientId">The patient concerned; null when none is.</param>
    /// <param name="detail">More in words, without patient data; null when there is none.</param>
    /// <param name="reason">Why, as the person wrote it; null where none is asked for.</param>
    /// <param name="before">For a change of limits, what held; else null.</param>
    /// <param name="after">For a change of limits, what holds now; else null.</param>
    public Task WriteAsync(
        ClaimsPrincipal user, string action, ObjectId? patientId = null, string? detail = null, string? reason = null, string? before = null, string? after = null) =>
        WriteAsync(EntryOf(user.Actor(), action, patientId, detail) with { Reason = reason, Before = before, After = after });

    /// <inheritdoc cref="WriteAsync(ClaimsPrincipal, string, ObjectId?, string?, string?, string?, string?)"/>
    public async Task WriteAsync(AuditEntry entry)
    {
        Caller.Current?.Audited = true;
        try
        {
            await writer.AppendAsync(entry);
        }
        catch (StoreException error)
        {
            LogWaits(error);
            await KeepAsync(entry);
        }
    }

    /// <summary>Writes down that somebody is about to look at something. The same look within a minute is written once.</summary>
    /// <exception cref="AuditUnavailableException">It cannot be written down: show nothing.</exception>
    public async Task LookAsync(ClaimsPrincipal user, string action, ObjectId? patientId = null, string? detail = null)
    {
        Caller.Current?.Audited = true;
        var entry = EntryOf(user.Actor(), action, patientId, detail);
        var look = new Look(entry.Actor, action, patientId, detail, entry.From);
        if (Waiting == 0 && looks.TryGetValue(look, out var last) && entry.Time - last < SameLook)
            return;
        await RequireAsync(entry);
        Remember(look, entry.Time);
    }

    /// <summary>Writes down what is allowed only because it is written down.</summary>
    /// <exception cref="AuditUnavailableException">It cannot be written down: do not allow it.</exception>
    public Task RequireAsync(ClaimsPrincipal user, string action, ObjectId? patientId = null, string? detail = null, string? reason = null) =>
        RequireAsync(EntryOf(user.Actor(), action, patientId, detail) with { Reason = reason });

    /// <summary>Called before something is changed: returns when all that was done before is written down.</summary>
    /// <exception cref="AuditUnavailableException">It is not: change nothing.</exception>
    public async Task EnsureAsync()
    {
        if (waiting is { Count: 0 })
            return;
        await turn.WaitAsync();
        try
        {
            waiting ??= file.Read() ?? [];
            if (waiting.Count == 0)
                return;
            await writer.AppendAsync(waiting);
            waiting = [];
            await file.WriteAsync(waiting, CancellationToken.None);
        }
        catch (Exception error) when (error is StoreException or IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException(error);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task RequireAsync(AuditEntry entry)
    {
        Caller.Current?.Audited = true;
        await EnsureAsync();
        try
        {
            await writer.AppendAsync(entry);
        }
        catch (StoreException error)
        {
            throw new AuditUnavailableException(error);
        }
    }

    private AuditEntry EntryOf(string actor, string action, ObjectId? patientId, string? detail) =>
        new(time.GetUtcNow(), actor, action, patientId, detail) { From = Caller.Current?.Address };

    // In memory even where the disk refuses it: then it is lost only with the process, and until then nothing is shown.
    private async Task KeepAsync(AuditEntry entry)
    {
        await turn.WaitAsync();
        try
        {
            waiting = [.. waiting ?? file.Read() ?? [], entry];
            await file.WriteAsync(waiting, CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            waiting = [.. waiting ?? [], entry];
            LogOnlyInMemory(error);
        }
        finally
        {
            turn.Release();
        }
    }

    private void Remember(Look look, DateTimeOffset at)
    {
        looks[look] = at;
        if (looks.Count <= MostLooks)
            return;
        foreach (var old in looks.Where(known => at - known.Value >= SameLook))
            looks.TryRemove(old);
        if (looks.Count > MostLooks)
            looks.Clear();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit is unavailable: what was done waits in a file, and no record is shown")]
    private partial void LogWaits(Exception error);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The audit is unavailable and the data directory cannot be written to: what was done is in memory alone")]
    private partial void LogOnlyInMemory(Exception error);

    private sealed record Look(string Actor, string Action, ObjectId? PatientId, string? Detail, string? From);
}

/// <summary>Who looks or acts cannot be written down now, so nothing is shown and nothing changed.</summary>
/// <param name="inner">What the store said.</param>
internal sealed class AuditUnavailableException(Exception inner)
    : StoreUnavailableException("The audit", "cannot record who looks at a record, so none is shown.", inner)
{
    /// <summary>What a page says of a change.</summary>
    public const string NotSaved = "Not saved: the audit is unavailable, and no change is made that it does not have. Try again in a moment.";
}

/// <summary>The request or page from which something is done.</summary>
/// <param name="address">The client's address; null when it is not known.</param>
internal sealed class Caller(string? address)
{
    private static readonly AsyncLocal<Caller?> Ambient = new();

    /// <summary>The one of the code that runs; null where the program itself acts. A page's circuit has the one of its connection.</summary>
    public static Caller? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    public string? Address => address;

    /// <summary>Whether an entry was written for it.</summary>
    public bool Audited { get; set; }
}
