using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>ASP.NET Core Identity's view of <see cref="IAccountStore"/>.</summary>
internal sealed partial class UserStore(IAccountStore accounts, TimeProvider time)
    : IUserPasswordStore<AccountUser>, IUserSecurityStampStore<AccountUser>
{
    public async Task<AccountUser?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        ObjectId.TryParse(userId, out var id) && await accounts.FindAsync(id, cancellationToken) is { } account ? new AccountUser(account) : null;

    public async Task<AccountUser?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        await accounts.FindByNameAsync(normalizedUserName, cancellationToken) is { } account ? new AccountUser(account) : null;

    public async Task<IdentityResult> CreateAsync(AccountUser user, CancellationToken cancellationToken) => await StoreAsync(
        async () => user.Account = await accounts.AddAsync(user.Account with { Id = ObjectId.New(time) }, cancellationToken));

    public async Task<IdentityResult> UpdateAsync(AccountUser user, CancellationToken cancellationToken) => await StoreAsync(
        async () => user.Account = await accounts.ReplaceAsync(user.Account, cancellationToken));

    /// <summary>Accounts are locked and never deleted: the audit names them.</summary>
    public Task<IdentityResult> DeleteAsync(AccountUser user, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string> GetUserIdAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(user.Account.Id.ToString());

    public Task<string?> GetUserNameAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Account.UserName);

    public Task SetUserNameAsync(AccountUser user, string? userName, CancellationToken cancellationToken) =>
        Change(user, user.Account with { UserName = userName ?? "" });

    // The store compares names without case by itself.
    public Task<string?> GetNormalizedUserNameAsync(AccountUser user, CancellationToken cancellationToken) => GetUserNameAsync(user, cancellationToken);

    public Task SetNormalizedUserNameAsync(AccountUser user, string? normalizedName, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> GetPasswordHashAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Account.PasswordHash);

    public Task SetPasswordHashAsync(AccountUser user, string? passwordHash, CancellationToken cancellationToken) =>
        Change(user, user.Account with { PasswordHash = passwordHash ?? "" });

    public Task<bool> HasPasswordAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult(user.Account.PasswordHash.Length > 0);

    public Task<string?> GetSecurityStampAsync(AccountUser user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Account.SecurityStamp);

    public Task SetSecurityStampAsync(AccountUser user, string stamp, CancellationToken cancellationToken) =>
        Change(user, user.Account with { SecurityStamp = stamp });

    public void Dispose()
    {
    }

    private static Task Change(AccountUser user, Account account)
    {
        user.Account = account;
        return Task.CompletedTask;
    }

    private static async Task<IdentityResult> StoreAsync(Func<Task> store)
    {
        try
        {
            await store();
            return IdentityResult.Success;
        }
        catch (ConflictException conflict)
        {
            return IdentityResult.Failed(new IdentityError { Code = conflict.Reason.ToString(), Description = conflict.Message });
        }
    }
}
