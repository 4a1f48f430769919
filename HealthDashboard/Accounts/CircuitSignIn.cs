using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace HealthDashboard.Accounts;

/// <summary>Looks whether whoever opened a page may still be there, also while the page's connection is broken and waits for its return.</summary>
internal sealed class CircuitSignIn(ILoggerFactory loggers, SignInCheck check) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    /// <summary>How often a cookie is given the account's present claims.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override TimeSpan RevalidationInterval => SignInCheck.Fresh;

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        check.IsSignedInAsync(authenticationState.User).AsTask();
}
