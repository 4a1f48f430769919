using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>How an attempt to sign in came out.</summary>
internal enum SignInOutcome
{
    SignedIn,

    /// <summary>The name or the password is wrong, the account is locked, or too many were tried; which, is not said.</summary>
    Refused,
}

/// <summary>
/// Signing in and out, each attempt in the audit. Whether there is such an account, whether it is locked and whether the password is wrong
/// makes no difference that a caller could see: each attempt is looked up once, hashed once and audited once.
/// </summary>
internal sealed class SignIns(
    SignInManager<AccountUser> manager,
    IPasswordHasher<AccountUser> hasher,
    SignInLimits limits,
    KnownDevices devices,
    Sessions sessions,
    Audit audit,
    TimeProvider time)
{
    /// <summary>Longer passwords are refused unread.</summary>
    public const int MaxPassword = 256;

    private static readonly AccountUser Nobody = new(new Account { UserName = "", DisplayName = "", Role = "" });
    private static string? hashOfNobody;

    public async Task<SignInOutcome> SignInAsync(string userName, string password, HttpContext context)
    {
        var cancel = context.RequestAborted;
        using var turn = await limits.EnterAsync(context.Connection.RemoteIpAddress, cancel);
        var user = await FindAsync(userName);
        var attempt = limits.Attempt(user?.Account.UserName ?? userName, context.Connection.RemoteIpAddress, user is null ? null : devices.Of(context, user.Account.Id));
        var isRight = await IsRightAsync(user, password) && user is not null && !user.Account.IsLocked();
        if (!isRight || attempt.IsLimited)
        {
            attempt.Wrong();
            // What was typed for a name that nobody has is not kept: it may be a password in the wrong field.
            var action = attempt.IsLimited || user?.Account.IsLocked() == true ? "account.signin.locked" : "account.signin.refused";
            await AuditAsync(user?.Account.UserName ?? "unknown", action, context);
            return SignInOutcome.Refused;
        }

        attempt.Right();
        await manager.SignInWithClaimsAsync(user!, isPersistent: false, [await sessions.OpenAsync(user!.Account, context)]);
        devices.Remember(context, user.Account.Id);
        await AuditAsync(user.Account.UserName, "account.signin", context);
        return SignInOutcome.SignedIn;
    }

    public async Task SignOutAsync(string actor, HttpContext context)
    {
        if (Sessions.IdOf(context.User) is { } session)
            await sessions.EndAsync(session);
        await manager.SignOutAsync();
        await AuditAsync(actor, "account.signout", context);
    }

    private async Task<AccountUser?> FindAsync(string userName)
    {
        try
        {
            return await manager.UserManager.FindByNameAsync(userName);
        }
        catch (DamagedRecordException)
        {
            // Nobody comes in by it, and the store has reported it.
            return null;
        }
    }

    // As slow for an account that is not there, so that the time does not tell which names exist.
    private async Task<bool> IsRightAsync(AccountUser? user, string password)
    {
        if (user is { Account.PasswordHash.Length: > 0 } && password.Length <= MaxPassword)
            return await manager.UserManager.CheckPasswordAsync(user, password);
        hasher.VerifyHashedPassword(Nobody, hashOfNobody ??= hasher.HashPassword(Nobody, "nobody"), password[..Math.Min(password.Length, MaxPassword)]);
        return false;
    }

    private Task AuditAsync(string actor, string action, HttpContext context) =>
        audit.WriteAsync(new AuditEntry(time.GetUtcNow(), actor, action) { From = context.Connection.RemoteIpAddress?.ToString() });
}
