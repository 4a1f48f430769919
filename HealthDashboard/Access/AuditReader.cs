using System.Globalization;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Access;

/// <summary>Searches the audit page by page, and verifies it.</summary>
internal sealed class AuditReader(IAuditStore store, AuditWriter writer, AuditKey key, AuditHeadFile file, TimeProvider time) : IDisposable
{
    // A walk reads every row there is, so one at a time.
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>One page of what is wanted.</summary>
    /// <exception cref="StoreException">The audit cannot be read.</exception>
    public async Task<AuditRows> FindAsync(AuditQuery query, CancellationToken cancel)
    {
        var rows = await store.SearchAsync(query, cancel);
        return new(rows, rows.Count < query.Limit ? null : PlaceText(rows[^1]));
    }

    /// <summary>Walks every chain that there is, or that this node has written.</summary>
    /// <exception cref="StoreException">The audit cannot be read.</exception>
    public async Task<AuditVerification> VerifyAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            IReadOnlyList<AuditHead> known = [.. file.Read(), .. writer.Head is { } head ? [head] : Array.Empty<AuditHead>()];
            var verdicts = new List<AuditVerdict>();
            foreach (var chain in (await store.ChainsAsync(cancel)).Union(known.Select(one => one.Chain)).Order(StringComparer.Ordinal))
                verdicts.Add(await AuditVerifier.VerifyAsync(store, chain, key, [.. known.Where(one => one.Chain == chain)], cancel));
            return new(time.GetUtcNow(), verdicts.TrueForAll(verdict => verdict.Fault is null), verdicts);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A row's place, as the next page is asked for with it.</summary>
    public static string PlaceText(AuditRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Entry.Time.ToUnixTimeMilliseconds()}:{row.Chain}:{row.Sequence}");

    /// <summary>Reads what <see cref="PlaceText"/> writes; null when it is something else.</summary>
    public static AuditPlace? ParsePlace(string text) =>
        text.Split(':') is [var at, { Length: > 0 } chain, var number]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            ? new(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), chain, sequence)
            : null;

    public void Dispose() => turn.Dispose();
}

/// <param name="Rows">The rows, the latest first.</param>
/// <param name="Next">What the next page is asked for with; null on the last.</param>
internal sealed record AuditRows(IReadOnlyList<AuditRow> Rows, string? Next);

/// <param name="At">When it was verified.</param>
/// <param name="Intact">Whether nothing is wrong.</param>
/// <param name="Chains">Each node's chain.</param>
internal sealed record AuditVerification(DateTimeOffset At, bool Intact, IReadOnlyList<AuditVerdict> Chains);
