using System.Security.Claims;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>What an administrator does with accounts, each deed in the audit. Every method returns what is wrong; empty when it is done.</summary>
internal sealed class AccountAdmin(UserManager<AccountUser> users, IAccountStore accounts, Sessions sessions, Invites invites, Audit audit)
{
    private const int MaxName = 64;

    public async Task<string[]> AddAsync(ClaimsPrincipal by, string userName, string displayName, string role, string password)
    {
        var errors = Check(displayName, role).Concat(TextErrors("User name", userName)).Concat(PasswordErrors(password)).ToArray();
        if (errors.Length > 0)
            return errors;
        var account = new Account { UserName = userName.Trim(), DisplayName = displayName.Trim(), Role = role };
        // Without a password nobody signs in with it, until they set one by an invitation.
        var user = new AccountUser(account);
        return await FinishAsync(by, "account.add", account, await (password.Length > 0 ? users.CreateAsync(user, password) : users.CreateAsync(user)), signsOut: false);
    }

    /// <summary>Creates a link by which the person sets a password of their own, once and within 24 hours.</summary>
    /// <returns>Its path.</returns>
    public async Task<string> InviteAsync(ClaimsPrincipal by, Account account)
    {
        var secret = await invites.CreateAsync(account.Id);
        await audit.WriteAsync(by, "account.invite", detail: account.UserName);
        return $"/invite/{secret}";
    }

    public async Task<string[]> EndSessionAsync(ClaimsPrincipal by, Account account, string id)
    {
        await sessions.EndAsync(account.Id, id, butId: null);
        await audit.WriteAsync(by, "account.session.end", detail: account.UserName);
        return [];
    }

    /// <summary>Signs the account out everywhere, so that what it may do changes at once.</summary>
    public Task<string[]> ChangeAsync(ClaimsPrincipal by, ObjectId id, string displayName, string role) => UpdateAsync(
        by, id, "account.change", account => role != account.Role, [.. Check(displayName, role)],
        account => account.SignedOut() with { DisplayName = displayName.Trim(), Role = role });

    /// <summary>Says whose records the account opens, and signs it out everywhere, so that it holds at once.</summary>
    /// <param name="by">Who says so.</param>
    /// <param name="id">The account.</param>
    /// <param name="lines">A region and a ward with a slash between them, one a line; <c>*</c> for the whole hospital; empty for none.</param>
    public Task<string[]> SetWardsAsync(ClaimsPrincipal by, ObjectId id, string lines) => AccountWards.FromLines(lines) is { } wards
        ? UpdateAsync(by, id, "account.wards", static _ => false, [], account => account.SignedOut() with { Wards = wards.ToString() })
        : Task.FromResult<string[]>(["Each line is a region and a ward with a slash between them, as North/ICU; or * alone for the whole hospital."]);

    public async Task<string[]> ResetPasswordAsync(ClaimsPrincipal by, ObjectId id, string password)
    {
        var errors = PasswordErrors(password).ToArray();
        if (errors.Length > 0)
            return errors;
        return await accounts.FindAsync(id) is { } account
            ? await FinishAsync(by, "account.password", account, await ((AccountManager)users).SetPasswordAsync(new AccountUser(account), password), signsOut: true)
            : Missing;
    }

    /// <summary>Removes second factor, passkeys and PIN of somebody who lost them, and signs the account out everywhere.</summary>
    public Task<string[]> ResetSecondFactorAsync(ClaimsPrincipal by, ObjectId id) => UpdateAsync(
        by, id, "account.second.reset", _ => false, [], account => new Credentials().On(account.SignedOut()));

    /// <summary>Locks until unlocked, and signs the account out everywhere.</summary>
    public Task<string[]> LockAsync(ClaimsPrincipal by, ObjectId id) =>
        UpdateAsync(by, id, "account.lock", _ => true, [], account => account.Locked());

    public Task<string[]> UnlockAsync(ClaimsPrincipal by, ObjectId id) =>
        UpdateAsync(by, id, "account.unlock", _ => false, [], account => account.Unlocked());

    private static string[] Missing => ["There is no such account."];

    private async Task<string[]> UpdateAsync(
        ClaimsPrincipal by, ObjectId id, string action, Func<Account, bool> notOnOneself, string[] errors, Func<Account, Account> change)
    {
        if (errors.Length > 0)
            return errors;
        if (await accounts.FindAsync(id) is not { } account)
            return Missing;
        // So that there is always an administrator left.
        if (account.UserName == by.Actor() && notOnOneself(account))
            return ["Nobody can lock their own account or change its role."];
        var changed = change(account);
        return await FinishAsync(by, action, account, await users.UpdateAsync(new AccountUser(changed)), signsOut: changed.SecurityStamp != account.SecurityStamp);
    }

    private async Task<string[]> FinishAsync(ClaimsPrincipal by, string action, Account account, IdentityResult result, bool signsOut)
    {
        if (result.Succeeded)
        {
            if (signsOut)
                await sessions.EndOthersAsync(account.Id, butId: null);
            await audit.WriteAsync(by, action, detail: account.UserName);
        }
        return [.. result.Errors.Select(error => error.Description)];
    }

    private static IEnumerable<string> Check(string displayName, string role)
    {
        if (!Roles.All.Contains(role))
            yield return $"Role is '{role}'; allowed are {string.Join(", ", Roles.All)}.";
        foreach (var error in TextErrors("Name", displayName))
            yield return error;
    }

    private static IEnumerable<string> TextErrors(string field, string text)
    {
        if (text.Trim().Length is 0 or > MaxName || text.Any(char.IsControl))
            yield return $"{field} has {text.Trim().Length} characters; allowed are 1 to {MaxName}, and no control characters.";
    }

    private static IEnumerable<string> PasswordErrors(string password)
    {
        if (password.Length > SignIns.MaxPassword)
            yield return $"The password has {password.Length} characters; at most {SignIns.MaxPassword} are allowed.";
    }
}
