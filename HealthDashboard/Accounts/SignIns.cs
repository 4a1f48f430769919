using System.Net;
using HealthDashboard.Data.Model;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>How an attempt to sign in came out.</summary>
internal enum SignInOutcome
{
    SignedIn,

    /// <summary>The name or the password is wrong; which, is not said.</summary>
    Refused,

    /// <summary>Too many wrong passwords, or locked by an administrator.</summary>
    Locked,
}

/// <summary>Signing in and out, each attempt in the audit.</summary>
internal sealed class SignIns(SignInManager<AccountUser> manager, IPasswordHasher<AccountUser> hasher, Audit audit, TimeProvider time)
{
    /// <summary>Longer passwords are refused unread.</summary>
    public const int MaxPassword = 256;

    // Guesses at one name wait for each other, so that a burst of them is locked out after the fifth and not after the burst.
    private static readonly SemaphoreSlim[] Gates = [.. Enumerable.Range(0, 32).Select(_ => new SemaphoreSlim(1))];
    private static readonly AccountUser Nobody = new(new Account { UserName = "", DisplayName = "", Role = "" });
    private static string? hashOfNobody;

    public async Task<SignInOutcome> SignInAsync(string userName, string password, IPAddress? from, CancellationToken cancel)
    {
        var gate = Gates[(StringComparer.OrdinalIgnoreCase.GetHashCode(userName) & int.MaxValue) % Gates.Length];
        await gate.WaitAsync(cancel);
        try
        {
            var user = password.Length <= MaxPassword ? await manager.UserManager.FindByNameAsync(userName) : null;
            if (user is null)
            {
                // As slow as for an account that is there, so that the time does not tell which names exist.
                hasher.VerifyHashedPassword(Nobody, hashOfNobody ??= hasher.HashPassword(Nobody, "nobody"), password[..Math.Min(password.Length, MaxPassword)]);
                // What was typed is not kept: it may be a password in the wrong field.
                await AuditAsync("unknown", "account.signin.refused", from);
                return SignInOutcome.Refused;
            }

            var result = await manager.PasswordSignInAsync(user, password, isPersistent: false, lockoutOnFailure: true);
            var (outcome, action) = result switch
            {
                { Succeeded: true } => (SignInOutcome.SignedIn, "account.signin"),
                { IsLockedOut: true } => (SignInOutcome.Locked, "account.signin.locked"),
                _ => (SignInOutcome.Refused, "account.signin.refused"),
            };
            await AuditAsync(user.Account.UserName, action, from);
            return outcome;
        }
        finally
        {
            gate.Release();
        }
    }

    public async Task SignOutAsync(string actor, IPAddress? from)
    {
        await manager.SignOutAsync();
        await AuditAsync(actor, "account.signout", from);
    }

    private Task AuditAsync(string actor, string action, IPAddress? from) =>
        audit.WriteAsync(new AuditEntry(time.GetUtcNow(), actor, action) { From = from?.ToString() });
}
