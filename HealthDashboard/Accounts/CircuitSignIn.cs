using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>Looks every minute whether whoever opened a page may still be there, since an open page asks for no cookie again.</summary>
internal sealed class CircuitSignIn(ILoggerFactory loggers, IServiceScopeFactory scopes) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override TimeSpan RevalidationInterval => Interval;

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var manager = scope.ServiceProvider.GetRequiredService<SignInManager<AccountUser>>();
            return await manager.ValidateSecurityStampAsync(authenticationState.User) is not null
                && await scope.ServiceProvider.GetRequiredService<Sessions>().FindAsync(authenticationState.User) is not null;
        }
        catch (StoreUnavailableException)
        {
            // A store that is unavailable must not sign out the whole ward.
            return true;
        }
    }
}
