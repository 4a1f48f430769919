using System.Security.Claims;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>
/// Whether somebody who signed in still is: the session goes on, and the account has the security stamp of then, which a lock, another role, a
/// new password and signing out everywhere change. Cheap enough for every request and every event of a page: the accounts are read once
/// for all of them, and what is known is <see cref="Fresh"/> old at most.
/// </summary>
internal sealed class SignInCheck(IAccountStore accounts, Sessions sessions, IOptions<IdentityOptions> identity, TimeProvider time)
{
    /// <summary>How old what is known of accounts may be.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<string, string>? stamps;
    private DateTimeOffset readAt;

    /// <summary>True for a key, which ends by itself, and while nothing can be read: a store that is unavailable must not sign out the whole ward.</summary>
    public async ValueTask<bool> IsSignedInAsync(ClaimsPrincipal user)
    {
        if (user.FindFirstValue(ClaimTypes.NameIdentifier) is not { } id)
            return user.Identity is { IsAuthenticated: true };
        try
        {
            var stamp = user.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType);
            return stamp is not null && (stamp == (await StampsAsync()).GetValueOrDefault(id) || await IsNewAsync(id, stamp)) && await sessions.FindAsync(user) is not null;
        }
        catch (StoreException)
        {
            return true;
        }
    }

    // Whoever signs in again just after their stamp has changed has one that is not known yet.
    private async Task<bool> IsNewAsync(string id, string stamp) =>
        ObjectId.TryParse(id, out var account) && (await accounts.FindAsync(account))?.SecurityStamp == stamp;

    private async ValueTask<Dictionary<string, string>> StampsAsync()
    {
        if (stamps is { } known && time.GetUtcNow() - readAt < Fresh)
            return known;
        await turn.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            if (stamps is null || now - readAt >= Fresh)
                (stamps, readAt) = ((await accounts.AllAsync()).ToDictionary(account => account.Id.ToString(), account => account.SecurityStamp, StringComparer.Ordinal), now);
            return stamps;
        }
        finally
        {
            turn.Release();
        }
    }
}
