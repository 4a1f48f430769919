using HealthDashboard.Accounts;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class AccountsSetupTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Open_pages_look_again_who_is_signed_in_whatever_is_registered_first(bool accountsFirst)
    {
        var services = new ServiceCollection();
        if (accountsFirst)
            services.AddAccounts();
        services.AddRazorComponents().AddInteractiveServerComponents();
        if (!accountsFirst)
            services.AddAccounts();
        Assert.Equal(typeof(CircuitSignIn), services.Last(s => s.ServiceType == typeof(AuthenticationStateProvider)).ImplementationType);
    }
}
