using HealthDashboard.Accounts;
using HealthDashboard.Scopes;
using MudBlazor.Services;

namespace HealthDashboard.Shell;

/// <summary>Registration of what is around every page.</summary>
internal static class ShellServices
{
    /// <summary>Adds what pages are rendered with.</summary>
    public static void AddShell(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices();
        builder.Services.AddScopes();
    }

    /// <summary>Adds every page of this program, with its style sheets and scripts.</summary>
    public static void MapShell(this IEndpointRouteBuilder app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapScopes();
        // Deflating would cost the server about 300 KiB for every open page (zlib.h, "memory requirements"), and time on every beat.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.DisableWebSocketCompression = true)
            .RequireAuthorization(Policies.SignedIn);
    }
}
