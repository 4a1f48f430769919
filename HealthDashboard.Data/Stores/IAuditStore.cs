using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// The audit: rows are added and read, never changed. It has a path of its own, so that it neither waits behind records nor is lost with
/// them. What was added is on disk; a reader sees it at once.
/// </summary>
public interface IAuditStore
{
    /// <summary>The last row of a chain; an empty head when there is none.</summary>
    Task<AuditHead> HeadAsync(string chain, CancellationToken cancel = default);

    /// <summary>
    /// Adds rows that follow each other, in one chain. The same rows again change nothing. When the call fails, the first of them may have been added.
    /// </summary>
    /// <param name="rows">1 to 1,000, of one chain, each the next of the one before.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="ConflictException">Duplicate: somebody else has written another row with one of these numbers.</exception>
    Task AppendAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancel = default);

    /// <summary>The rows that are wanted: the latest first, and of one moment by chain and number, the greater first. Damaged ones are left out.</summary>
    Task<IReadOnlyList<AuditRow>> SearchAsync(AuditQuery query, CancellationToken cancel = default);

    /// <summary>The name of every chain that has a row or a signed head, in order.</summary>
    Task<IReadOnlyList<string>> ChainsAsync(CancellationToken cancel = default);

    /// <summary>A chain's rows after a number, in order; empty at its end. Damaged ones are left out.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="after">The number; 0 for the beginning.</param>
    /// <param name="limit">At most so many, 1 to 10,000.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<AuditRow>> ReadAsync(string chain, long after, int limit, CancellationToken cancel = default);

    /// <summary>Adds a signed head. The same again changes nothing.</summary>
    /// <exception cref="ConflictException">Duplicate: there is another with this number.</exception>
    Task SealAsync(AuditSeal seal, CancellationToken cancel = default);

    /// <summary>Every signed head of a chain, by number.</summary>
    Task<IReadOnlyList<AuditSeal>> SealsAsync(string chain, CancellationToken cancel = default);
}
