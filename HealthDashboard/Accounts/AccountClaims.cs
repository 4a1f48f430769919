using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>What a signed-in person's cookie says: id, user name, security stamp, role, wards and the name that others see.</summary>
internal sealed class AccountClaims(UserManager<AccountUser> users, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<AccountUser>(users, options)
{
    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(AccountUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(ClaimTypes.Role, user.Account.Role));
        identity.AddClaim(new Claim(AccountWards.Claim, user.Account.Wards));
        identity.AddClaim(new Claim(ClaimTypes.GivenName, user.Account.DisplayName));
        return identity;
    }
}

internal static class PrincipalExtensions
{
    /// <summary>Who did it, as the audit and the alerts name it: the account's user name, or the key's name.</summary>
    public static string Actor(this ClaimsPrincipal principal) => principal.Identity?.Name ?? "unknown";

    /// <summary>The name that others see.</summary>
    public static string DisplayName(this ClaimsPrincipal principal) => principal.FindFirstValue(ClaimTypes.GivenName) ?? principal.Actor();
}
