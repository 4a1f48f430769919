using System.Security.Claims;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthDashboard.Accounts;

/// <summary>People sign in with a cookie, programs with a key; whoever is neither is refused unless an endpoint says otherwise.</summary>
internal static class AccountsServices
{
    private const string EitherScheme = "PersonOrKey";

    /// <summary>Call it after AddRazorComponents, which has a state provider of its own.</summary>
    public static void AddAccounts(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        // It keeps nothing, and FirstAccounts lives as long as the program.
        services.AddSingleton<IPasswordHasher<AccountUser>, PasswordHasher<AccountUser>>();
        services.AddIdentityCore<AccountUser>(SetIdentity)
            .AddUserStore<UserStore>()
            .AddUserManager<AccountManager>()
            .AddClaimsPrincipalFactory<AccountClaims>()
            .AddPasswordValidator<PasswordRules>()
            .AddSignInManager();
        services.Configure<SecurityStampValidatorOptions>(options =>
        {
            options.ValidationInterval = CircuitSignIn.Interval;
            options.OnRefreshingPrincipal = KeepSession;
        });
        services.Configure<AntiforgeryOptions>(static options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        services.AddSingleton<Sessions>();
        services.AddSingleton<SignInCheck>();
        services.AddSingleton<LiveSignIns>();
        services.AddHostedService(static provider => provider.GetRequiredService<LiveSignIns>());
        services.Configure<HubOptions>(static options => options.AddFilter<LiveSignIns>());
        services.AddScoped<OwnAccount>();
        services.AddScoped<Invites>();
        services.AddScoped<Passkeys>();
        services.AddScoped<IPasskeyHandler<AccountUser>, PasskeyHandler<AccountUser>>();
        services.Configure<IdentityPasskeyOptions>(static options =>
        {
            // The device checks who holds it, and says whose passkey it is.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });
        IdleLock.Add(services);
        services.AddSingleton<SecondFactor>();
        services.AddSingleton<SignInLimits>();
        services.AddSingleton<KnownDevices>();
        services.AddScoped<SignIns>();
        services.AddAudit();
        services.AddScoped<AccountAdmin>();
        services.AddHostedService<FirstAccounts>();
        services.AddSingleton<PersonNames>();
        services.AddHostedService(static provider => provider.GetRequiredService<PersonNames>());
        services.AddScoped<AuthenticationStateProvider, CircuitSignIn>();
        services.AddCascadingAuthenticationState();

        var authentication = services.AddAuthentication(options =>
            {
                options.DefaultScheme = EitherScheme;
                options.DefaultSignInScheme = IdentityConstants.ApplicationScheme;
                options.DefaultSignOutScheme = IdentityConstants.ApplicationScheme;
            })
            .AddPolicyScheme(EitherScheme, null, options =>
                options.ForwardDefaultSelector = context => ApiKeyHandler.KeyOf(context.Request) is not null ? ApiKeyHandler.SchemeName : IdentityConstants.ApplicationScheme);
        authentication.AddApplicationCookie().Configure(SetCookie);
        // Not used, but ending a session because of a new security stamp also ends it there.
        authentication.AddTwoFactorRememberMeCookie();
        services.AddOpenIdSignIn();
        services.AddApiKeys();
        var policies = services.AddAuthorizationBuilder().SetFallbackPolicy(Policies.Nobody);
        foreach (var (name, roles, scope) in Policies.All)
            policies.AddPolicy(name, Policies.Of(name, roles, scope));
    }

    /// <summary>Adds what accounts answer besides their pages, and the document of the API for those who may read it.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapSignOut();
        app.MapSessions();
        app.MapOpenApi().RequireAuthorization(Policies.Viewer);
        Passkeys.Map(app);
        app.MapOpenIdSignIn();
    }

    private static void SetIdentity(IdentityOptions options)
    {
        // Length is what counts; rules about digits and signs only make people write passwords down [NIST SP 800-63B, 5.1.1.2].
        options.Password.RequiredLength = PasswordRules.Shortest;
        options.Password.RequireDigit = false;
        options.Password.RequireLowercase = false;
        options.Password.RequireUppercase = false;
        options.Password.RequireNonAlphanumeric = false;
    }

    private static void SetCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "HealthDashboard";
        options.Cookie.Path = "/";
        options.CookieManager = new HostCookieManager();
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Sessions.Shift;
        options.SlidingExpiration = true;
        options.LoginPath = "/signin";
        options.AccessDeniedPath = "/denied";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnSigningIn = KeepDisplays;
        options.Events.OnRedirectToLogin = context => RefuseAsync(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => RefuseAsync(context, StatusCodes.Status403Forbidden);
    }

    // A wall hangs on a ward and nobody types at it: it outlives a shift, a weekend without a network, and the browser.
    private static Task KeepDisplays(CookieSigningInContext context)
    {
        if (context.Principal?.IsInRole(Roles.Display) == true)
        {
            context.Properties.IsPersistent = true;
            context.Properties.ExpiresUtc = context.Properties.IssuedUtc + Sessions.DisplayLasts;
            context.CookieOptions.Expires = context.Properties.ExpiresUtc;
        }
        return Task.CompletedTask;
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        try
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
            if (context.Principal is not { } user)
                return;
            if (!await context.HttpContext.RequestServices.GetRequiredService<SignInCheck>().IsSignedInAsync(user))
            {
                context.RejectPrincipal();
                return;
            }
            var session = await context.HttpContext.RequestServices.GetRequiredService<Sessions>().FindAsync(user, noteUse: true);
            if (session is null || (Sessions.StateOf(session).IsLocked && !SessionEndpoints.IsOpenWhenLocked(context.Request.Path)))
                context.RejectPrincipal();
        }
        catch (StoreUnavailableException)
        {
            // A store that is unavailable must not sign out the whole ward: the next request looks again.
        }
    }

    private static Task KeepSession(SecurityStampRefreshingPrincipalContext context)
    {
        if (context.CurrentPrincipal is { } before && Sessions.ClaimOf(before) is { } claim && context.NewPrincipal?.Identity is ClaimsIdentity now)
            now.AddClaim(claim);
        return Task.CompletedTask;
    }

    /// <summary>A browser on a page is sent on; a program gets the status.</summary>
    private static Task RefuseAsync(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (Problems.IsForPrograms(context.Request.Path))
            return TypedResults.Problem(statusCode: status).ExecuteAsync(context.HttpContext);
        context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }
}
