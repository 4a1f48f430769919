using System.Security.Claims;
using Bunit;
using HealthDashboard.Accounts;
using HealthDashboard.Monitoring;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>Pages of the whole program without a browser, as somebody sees them who has signed in and may do what is given.</summary>
internal sealed class AppPage : BunitContext
{
    private readonly AsyncServiceScope scope;

    // A limit, not a wait: the first of them starts on a cold and busy machine.
    static AppPage() => DefaultWaitTimeout = TimeSpan.FromSeconds(30);

    /// <param name="app">The program, started.</param>
    /// <param name="role">Whose role.</param>
    /// <param name="policies">What that person may do.</param>
    public AppPage(WholeApp app, string role, params string[] policies)
    {
        scope = app.Services.CreateAsyncScope();
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddFallbackServiceProvider(scope.ServiceProvider);
        // What is created with the services at hand does not look behind them.
        Services.AddSingleton(app.Services.GetRequiredService<AlertFeed>());
        Services.AddSingleton(app.Services.GetRequiredService<TimeProvider>());
        this.AddAuthorization().SetAuthorized(WholeApp.NameOf(role)).SetRoles(role)
            .SetClaims(new Claim(AccountWards.Claim, AccountWards.Everywhere)).SetPolicies(policies);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        Render<MudPopoverProvider>();
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await scope.DisposeAsync();
    }
}
