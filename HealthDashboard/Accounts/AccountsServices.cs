using System.Security.Claims;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
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
        services.AddSingleton<Audit>();
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
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Viewer, Viewer)
            .AddPolicy(Policies.Clinician, Allow([Roles.Doctor, Roles.Nurse], "write"))
            .AddPolicy(Policies.Staff, Allow([Roles.Admin], "write"))
            .AddPolicy(Policies.OnCall, Allow(Roles.All, "write"))
            .AddPolicy(Policies.Admin, Allow([Roles.Admin], null))
            .AddPolicy(Policies.Person, Allow(Roles.All, null))
            .SetFallbackPolicy(Viewer);
    }

    /// <summary>Adds what accounts answer besides their pages.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapSignOut();
        app.MapSessions();
        Passkeys.Map(app);
        app.MapOpenIdSignIn();
    }

    private static AuthorizationPolicy Viewer { get; } = Allow(Roles.All, "read");

    /// <summary>People with one of these roles, and keys with this scope.</summary>
    public static AuthorizationPolicy Allow(string[] roles, string? scope) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireAssertion(context =>
            roles.Any(context.User.IsInRole) || (scope is not null && context.User.HasClaim(Policies.ScopeClaim, scope)))
        .Build();

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
        options.Events.OnRedirectToLogin = context => RefuseAsync(context, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => RefuseAsync(context, StatusCodes.Status403Forbidden);
    }

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        try
        {
            await SecurityStampValidator.ValidatePrincipalAsync(context);
            if (context.Principal is not { } user)
                return;
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
