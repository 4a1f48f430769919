using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Sessions, API keys and invitations. As consistent as <see cref="IAccountStore"/>, and in the same database; damaged ones let nobody in.</summary>
public interface IGrantStore
{
    /// <summary>Adds one.</summary>
    /// <exception cref="ConflictException">Duplicate: its id is taken.</exception>
    Task AddAsync(Grant grant, CancellationToken cancel = default);

    /// <summary>Finds one; null when there is none. Expired ones are found too.</summary>
    Task<Grant?> FindAsync(string id, CancellationToken cancel = default);

    /// <summary>Those of a kind, newest first.</summary>
    /// <param name="kind">As <see cref="Grant.Kind"/>.</param>
    /// <param name="accountId">Only those of this account; null for all.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<Grant>> ListAsync(string kind, ObjectId? accountId, CancellationToken cancel = default);

    /// <summary>Changes name, detail, last use and expiry of one that is there; of two at once the later counts.</summary>
    /// <returns>False when it is not there: what was removed does not come back.</returns>
    Task<bool> ReplaceAsync(Grant grant, CancellationToken cancel = default);

    /// <summary>Removes one.</summary>
    /// <returns>True for exactly one of those who remove it.</returns>
    Task<bool> RemoveAsync(string id, CancellationToken cancel = default);
}
