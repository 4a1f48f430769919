using HealthDashboard.Data.Model;

namespace HealthDashboard.Accounts;

/// <summary>The lock that an administrator puts on an account, which no time opens.</summary>
internal static class AccountLock
{
    // Not DateTimeOffset.MaxValue, which does not survive stores that keep milliseconds.
    private static readonly DateTimeOffset Forever = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool IsLocked(this Account account) => account.LockedUntil >= Forever;

    /// <summary>Locked, and signed out everywhere.</summary>
    public static Account Locked(this Account account) => account.SignedOut() with { LockedUntil = Forever };

    public static Account Unlocked(this Account account) => account with { LockedUntil = null };

    /// <summary>With a new security stamp, which ends every session of the account within 5 s.</summary>
    public static Account SignedOut(this Account account) => account with { SecurityStamp = Guid.NewGuid().ToString("N") };
}
