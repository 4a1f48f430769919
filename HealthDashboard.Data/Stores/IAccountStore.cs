using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Accounts. As consistent as <see cref="IPatientStore"/>, and in the same database; damaged ones too are left out of lists.</summary>
public interface IAccountStore
{
    /// <summary>Finds an account; null when there is none.</summary>
    /// <exception cref="DamagedRecordException">It is damaged: nobody comes in by it.</exception>
    Task<Account?> FindAsync(ObjectId id, CancellationToken cancel = default);

    /// <summary>Finds an account by its user name without regard to case; null when there is none.</summary>
    /// <exception cref="DamagedRecordException">It is damaged: nobody comes in by it.</exception>
    Task<Account?> FindByNameAsync(string userName, CancellationToken cancel = default);

    /// <summary>Every account, by user name.</summary>
    Task<IReadOnlyList<Account>> AllAsync(CancellationToken cancel = default);

    /// <summary>Adds an account.</summary>
    /// <returns>The account as stored, with version 1.</returns>
    /// <exception cref="ConflictException">Duplicate: the user name or id is taken.</exception>
    Task<Account> AddAsync(Account account, CancellationToken cancel = default);

    /// <summary>Replaces the account whose version is still <see cref="Account.Version"/>.</summary>
    /// <returns>The account as stored, its version one greater.</returns>
    /// <exception cref="ConflictException">Missing, Stale, or Duplicate for another account's name.</exception>
    Task<Account> ReplaceAsync(Account account, CancellationToken cancel = default);
}
