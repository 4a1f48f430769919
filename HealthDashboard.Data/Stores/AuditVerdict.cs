using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>What a chain turned out to be.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Rows">How many rows were read and found in order.</param>
/// <param name="Seals">How many signed heads agree with the rows.</param>
/// <param name="Fault">The first thing that is wrong; null when nothing is.</param>
/// <param name="OtherKeys">How many signed heads have another key than this program, so that their signature cannot be checked here.</param>
public sealed record AuditVerdict(string Chain, long Rows, int Seals, AuditFault? Fault, int OtherKeys = 0);

/// <summary>What is wrong with a chain.</summary>
/// <param name="Sequence">The number of the first row that is concerned.</param>
/// <param name="Kind">What has happened to it.</param>
public sealed record AuditFault(long Sequence, AuditFaultKind Kind);

/// <summary>What has happened to a row.</summary>
public enum AuditFaultKind
{
    /// <summary>Its content is not what was hashed.</summary>
    Changed,

    /// <summary>It is not there, or cannot be read.</summary>
    Missing,

    /// <summary>It does not follow the row before it: it, or that row, was put there later.</summary>
    Inserted,

    /// <summary>It is not there although its head was signed, or was seen by this program: the end was cut off.</summary>
    CutOff,

    /// <summary>A signed head says another hash: the chain was written anew.</summary>
    Rewritten,

    /// <summary>A signed head's signature is wrong.</summary>
    ForgedSeal,

    /// <summary>A signed head is missing among others.</summary>
    MissingSeal,
}

/// <summary>Walks chains and finds the first row that is not as it was written.</summary>
public static class AuditVerifier
{
    private const int PageSize = 2_000;

    /// <summary>Walks one chain.</summary>
    /// <param name="store">Where it is.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="key">Signs heads.</param>
    /// <param name="known">Heads that are known otherwise: this program's last row, and those in its own file; empty when there are none.</param>
    /// <param name="cancel">Ends the walk.</param>
    public static async Task<AuditVerdict> VerifyAsync(IAuditStore store, string chain, AuditKey key, IReadOnlyList<AuditHead> known, CancellationToken cancel = default)
    {
        // Before the rows: one that is signed meanwhile would be missed otherwise.
        var seals = await store.SealsAsync(chain, cancel);
        var (signed, others) = (0, 0);
        for (var i = 0; i < seals.Count; i++)
        {
            if (seals[i].Number != i + 1)
                return new(chain, 0, signed, new(seals[i].Head.Sequence, AuditFaultKind.MissingSeal));
            if (seals[i].Key != key.Id)
                others++;
            else if (!key.HasSigned(seals[i]))
                return new(chain, 0, signed, new(seals[i].Head.Sequence, AuditFaultKind.ForgedSeal));
            else
                signed++;
        }
        var anchors = seals.Select(seal => seal.Head).Concat(known).Where(head => head.Sequence > 0).ToLookup(head => head.Sequence);
        var last = AuditHead.Empty(chain);
        while (await store.ReadAsync(chain, last.Sequence, PageSize, cancel) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                if (FaultOf(row, last) is { } kind)
                    return new(chain, last.Sequence, signed, new(kind == AuditFaultKind.Missing ? last.Sequence + 1 : row.Sequence, kind), others);
                last = row.Head;
                if (anchors[last.Sequence].Any(anchor => anchor.Hash != last.Hash))
                    return new(chain, last.Sequence, signed, new(last.Sequence, AuditFaultKind.Rewritten), others);
            }
        }
        return anchors.Any(anchor => anchor.Key > last.Sequence)
            ? new(chain, last.Sequence, signed, new(last.Sequence + 1, AuditFaultKind.CutOff), others)
            : new(chain, last.Sequence, signed, null, others);
    }

    private static AuditFaultKind? FaultOf(AuditRow row, AuditHead last) =>
        row.Sequence != last.Sequence + 1 ? AuditFaultKind.Missing
        : !row.IsIntact ? AuditFaultKind.Changed
        : row.Previous != last.Hash ? AuditFaultKind.Inserted
        : null;
}
