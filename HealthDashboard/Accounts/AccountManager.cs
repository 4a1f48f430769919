using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>Identity's user manager, with the lockout on our clock and its count safe when several guesses run at once.</summary>
internal sealed class AccountManager(
    IUserStore<AccountUser> store,
    IAccountStore accounts,
    TimeProvider time,
    IOptions<IdentityOptions> options,
    IPasswordHasher<AccountUser> hasher,
    IEnumerable<IUserValidator<AccountUser>> userValidators,
    IEnumerable<IPasswordValidator<AccountUser>> passwordValidators,
    ILookupNormalizer normalizer,
    IdentityErrorDescriber errors,
    IServiceProvider services,
    ILogger<AccountManager> logger)
    : UserManager<AccountUser>(store, options, hasher, userValidators, passwordValidators, normalizer, errors, services, logger)
{
    public override Task<bool> IsLockedOutAsync(AccountUser user) => Task.FromResult(user.Account.LockedUntil > time.GetUtcNow());

    public override async Task<IdentityResult> AccessFailedAsync(AccountUser user)
    {
        while (true)
        {
            try
            {
                user.Account = await accounts.ReplaceAsync(AfterWrongPassword(user.Account), CancellationToken);
                return IdentityResult.Success;
            }
            catch (ConflictException conflict) when (conflict.Reason == ConflictReason.Stale)
            {
                if (await accounts.FindAsync(user.Account.Id, CancellationToken) is not { } current)
                    throw;
                user.Account = current;
            }
        }
    }

    /// <summary>Gives a new password, which signs the account out everywhere and opens a lock after wrong ones.</summary>
    public async Task<IdentityResult> SetPasswordAsync(AccountUser user, string password)
    {
        var result = await UpdatePasswordHash(user, password, validatePassword: true);
        if (!result.Succeeded)
            return result;
        if (!user.Account.IsLocked())
            user.Account = user.Account.Unlocked();
        return await UpdateUserAsync(user);
    }

    private Account AfterWrongPassword(Account account)
    {
        var failed = account.FailedSignIns + 1;
        return failed < Options.Lockout.MaxFailedAccessAttempts
            ? account with { FailedSignIns = failed }
            : account with { FailedSignIns = 0, LockedUntil = time.GetUtcNow() + Options.Lockout.DefaultLockoutTimeSpan };
    }
}
