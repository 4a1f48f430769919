using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Writes entries to one chain, one call at a time. Should another process write to the same chain, as after a data directory was copied,
/// both go on: whoever comes second follows the other's row, and nothing is lost.
/// </summary>
/// <param name="store">Where the chain is.</param>
/// <param name="name">The chain's name.</param>
public sealed class AuditChain(IAuditStore store, string name)
{
    private const int MostTries = 100;

    // Null while it is not known: at the start, and after a call that failed and may have been done.
    private AuditHead? head;

    /// <summary>The chain's name.</summary>
    public string Name => name;

    /// <summary>The last row that this process wrote or found; null when it is not known.</summary>
    public AuditHead? Head => head;

    /// <summary>Adds entries in their order, all of them, durably.</summary>
    /// <exception cref="StoreException">The store does not take them; the first of them may have been written.</exception>
    public async Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = head ?? await store.HeadAsync(name, cancel);
            var rows = new List<AuditRow>(entries.Count);
            foreach (var entry in entries)
                rows.Add(AuditRow.After(rows.Count > 0 ? rows[^1].Head : before, entry));
            head = null;
            try
            {
                await store.AppendAsync(rows, cancel);
                head = rows[^1].Head;
                return;
            }
            catch (ConflictException) when (attempt < MostTries)
            {
                // Of these rows the first may have been written before another process wrote: those stay, the others follow its rows.
                var written = (await store.ReadAsync(name, before.Sequence, rows.Count, cancel)).Zip(rows).TakeWhile(pair => pair.First == pair.Second).Count();
                entries = [.. entries.Skip(written)];
                if (entries.Count == 0)
                    return;
            }
        }
    }
}
