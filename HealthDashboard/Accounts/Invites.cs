using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>One-time links by which people set a password of their own.</summary>
internal sealed class Invites(IGrantStore grants, UserManager<AccountUser> users, Audit audit, TimeProvider time)
{
    public static readonly TimeSpan For = TimeSpan.FromHours(24);

    private const string Kind = "invite";

    /// <summary>Makes one, in place of those that the account has.</summary>
    /// <returns>Its secret, which is kept nowhere.</returns>
    public async Task<string> CreateAsync(ObjectId account)
    {
        foreach (var old in await grants.ListAsync(Kind, account))
            await grants.RemoveAsync(old.Id);
        var (secret, now) = (Secret.New(), time.GetUtcNow());
        await grants.AddAsync(new Grant { Id = Secret.HashOf(secret), Kind = Kind, AccountId = account, Name = "invitation", CreatedAt = now, UsedAt = now, ExpiresAt = now + For });
        return secret;
    }

    /// <summary>Whose it is; null when it was used, is too old or never was.</summary>
    public async Task<AccountUser?> FindAsync(string secret) =>
        await grants.FindAsync(Secret.HashOf(secret)) is { Kind: Kind, AccountId: { } account } grant && grant.ExpiresAt > time.GetUtcNow()
        && await users.FindByIdAsync(account.ToString()) is { } user && !user.Account.IsLocked() ? user : null;

    /// <summary>Sets the password; of two who use one at once one does.</summary>
    /// <returns>What is wrong; empty when it is done.</returns>
    public async Task<string[]> UseAsync(string secret, string password, string again)
    {
        if (await FindAsync(secret) is not { } user)
            return ["The link was used already, or is older than 24 hours. Ask an administrator for another."];
        if (password != again)
            return ["The password and its repetition are not the same."];
        foreach (var validator in users.PasswordValidators)
        {
            var valid = await validator.ValidateAsync(users, user, password);
            if (!valid.Succeeded)
                return [.. valid.Errors.Select(error => error.Description)];
        }
        if (password.Length > SignIns.MaxPassword || !await grants.RemoveAsync(Secret.HashOf(secret)))
            return ["The link was used already, or the password is too long."];
        var result = await ((AccountManager)users).SetPasswordAsync(user, password);
        if (!result.Succeeded)
            return [.. result.Errors.Select(error => error.Description)];
        await audit.WriteAsync(new AuditEntry(time.GetUtcNow(), user.Account.UserName, "account.invite.used"));
        return [];
    }
}
