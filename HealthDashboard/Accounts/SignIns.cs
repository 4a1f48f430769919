using System.Security.Claims;
using System.Security.Cryptography;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>How an attempt to sign in came out.</summary>
internal enum SignInOutcome
{
    SignedIn,

    /// <summary>The password is right, and the account has a second factor.</summary>
    CodeNeeded,

    /// <summary>The name, the password or the code is wrong, the account is locked, or too many were tried; which, is not said.</summary>
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
    SecondFactor second,
    IDataProtectionProvider protection,
    Sessions sessions,
    Audit audit,
    TimeProvider time)
{
    /// <summary>Longer passwords are refused unread.</summary>
    public const int MaxPassword = 256;

    private static readonly AccountUser Nobody = new(new Account { UserName = "", DisplayName = "", Role = "" });
    private static string? hashOfNobody;

    /// <summary>How long the page that asks for a code may take.</summary>
    public static readonly TimeSpan CodeWithin = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector tickets = protection.CreateProtector("HealthDashboard.SignIns").ToTimeLimitedDataProtector();

    /// <summary>Signs in with all that the account has; a right code with it passes every limit.</summary>
    /// <param name="userName">As it was typed.</param>
    /// <param name="password">As it was typed.</param>
    /// <param name="code">The code of a second factor or a recovery code; empty when none was given.</param>
    /// <param name="context">The request.</param>
    public async Task<SignInOutcome> SignInAsync(string userName, string password, string code, HttpContext context)
    {
        using var turn = await limits.EnterAsync(context.Connection.RemoteIpAddress, context.RequestAborted);
        var user = await FindAsync(userName);
        var attempt = limits.Attempt(user?.Account.UserName ?? userName, context.Connection.RemoteIpAddress, user is null ? null : devices.Of(context, user.Account.Id));
        var isRight = await IsRightAsync(user, password) && user is not null && !user.Account.IsLocked();
        if (isRight && SecondFactor.IsOn(user!.Account))
        {
            if (code.Length == 0 && !attempt.IsLimited)
                return SignInOutcome.CodeNeeded;
            isRight = await UseCodeAsync(user, code);
        }
        else if (attempt.IsLimited)
        {
            isRight = false;
        }
        if (!isRight)
        {
            attempt.Wrong();
            // What was typed for a name that nobody has is not kept: it may be a password in the wrong field.
            var action = attempt.IsLimited || user?.Account.IsLocked() == true ? "account.signin.locked" : "account.signin.refused";
            await AuditAsync(user?.Account.UserName ?? "unknown", action, context);
            return SignInOutcome.Refused;
        }

        attempt.Right();
        await OpenAsync(user!, context);
        return SignInOutcome.SignedIn;
    }

    /// <summary>What the page that asks for the code sends back, so that the password is not asked for twice.</summary>
    public async Task<string?> TicketAsync(string userName) => await FindAsync(userName) is { } user
        ? tickets.Protect($"{user.Account.Id} {user.Account.SecurityStamp}", CodeWithin)
        : null;

    /// <summary>Signs in whoever has the password already, by a code or a recovery code.</summary>
    public async Task<SignInOutcome> SignInAsync(string ticket, string code, HttpContext context)
    {
        using var turn = await limits.EnterAsync(context.Connection.RemoteIpAddress, context.RequestAborted);
        if (await FindByTicketAsync(ticket) is not { } user)
            return SignInOutcome.Refused;
        var attempt = limits.Attempt($"code {user.Account.UserName}", context.Connection.RemoteIpAddress, devices.Of(context, user.Account.Id));
        if (user.Account.IsLocked() || attempt.IsLimited || !await UseCodeAsync(user, code))
        {
            attempt.Wrong();
            await AuditAsync(user.Account.UserName, "account.code.refused", context);
            return SignInOutcome.Refused;
        }
        attempt.Right();
        await OpenAsync(user, context);
        return SignInOutcome.SignedIn;
    }

    /// <summary>Signs in whom a passkey has shown, which is checked.</summary>
    /// <param name="user">Whose it is; null when it was not right.</param>
    /// <param name="context">The request.</param>
    public async Task<SignInOutcome> TakePasskeyAsync(AccountUser? user, HttpContext context)
    {
        if (user is null || user.Account.IsLocked())
        {
            await AuditAsync(user?.Account.UserName ?? "unknown", "account.signin.refused", context);
            return SignInOutcome.Refused;
        }
        await OpenAsync(user, context);
        return SignInOutcome.SignedIn;
    }

    /// <summary>Signs in whom the issuer has named, as the account of that name.</summary>
    public async Task TakeIssuedAsync(TicketReceivedContext ticket)
    {
        var context = ticket.HttpContext;
        var user = ticket.Principal?.Identity?.Name is { } name ? await FindAsync(name) : null;
        if (user is null || user.Account.IsLocked())
        {
            await AuditAsync(user?.Account.UserName ?? "unknown", "account.signin.refused", context);
            context.Response.Redirect(OpenIdSignIn.Failed);
            ticket.HandleResponse();
            return;
        }
        ticket.Principal = await manager.CreateUserPrincipalAsync(user);
        ((ClaimsIdentity)ticket.Principal.Identity!).AddClaim(await sessions.OpenAsync(user.Account, context));
        devices.Remember(context, user.Account.Id);
        await AuditAsync(user.Account.UserName, "account.signin.issuer", context);
    }

    private async Task OpenAsync(AccountUser user, HttpContext context)
    {
        await manager.SignInWithClaimsAsync(user, isPersistent: false, [await sessions.OpenAsync(user.Account, context)]);
        devices.Remember(context, user.Account.Id);
        await AuditAsync(user.Account.UserName, "account.signin", context);
    }

    // What is used up is stored before it lets anybody in: of two who send the same code one does.
    private async Task<bool> UseCodeAsync(AccountUser user, string code)
    {
        if (second.Use(Credentials.Of(user.Account), code) is not { } left)
            return false;
        user.Account = left.On(user.Account);
        return (await manager.UserManager.UpdateAsync(user)).Succeeded;
    }

    private async Task<AccountUser?> FindByTicketAsync(string ticket)
    {
        try
        {
            return tickets.Unprotect(ticket).Split(' ') is [var id, var stamp] && await manager.UserManager.FindByIdAsync(id) is { } user && user.Account.SecurityStamp == stamp
                ? user
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
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
