using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>Identity's user manager, with a password that an administrator or its owner sets at once.</summary>
internal sealed class AccountManager(
    IUserStore<AccountUser> store,
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
    /// <summary>Gives a new password, which signs the account out everywhere.</summary>
    public async Task<IdentityResult> SetPasswordAsync(AccountUser user, string password)
    {
        var result = await UpdatePasswordHash(user, password, validatePassword: true);
        return result.Succeeded ? await UpdateUserAsync(user) : result;
    }
}
