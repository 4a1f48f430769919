using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace HealthDashboard.Accounts;

/// <summary>
/// Sign-in by the hospital's own issuer, when <c>OpenIdConnect:Authority</c> names one: authorization code with PKCE. The issuer says who it
/// is; whether they may come in, and as what, is the account's, which an administrator has made with the same user name.
/// </summary>
internal static class OpenIdSignIn
{
    public const string Path = "/signin/openid";

    /// <summary>Where somebody is led whom the issuer or this program did not let in.</summary>
    public const string Failed = "/signin?failed=issuer";

    private const string Section = "OpenIdConnect";

    /// <summary>The name on the button; null when there is no issuer.</summary>
    public static string? NameOf(IConfiguration configuration) =>
        configuration[$"{Section}:Authority"] is { Length: > 0 } ? configuration[$"{Section}:Name"] ?? "the hospital's account" : null;

    public static void AddOpenIdSignIn(this IServiceCollection services)
    {
        services.AddTransient<OpenIdConnectHandler>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>());
        services.AddOptions<AuthenticationOptions>().Configure<IConfiguration>(static (options, configuration) =>
        {
            if (NameOf(configuration) is not null)
                options.AddScheme<OpenIdConnectHandler>(OpenIdConnectDefaults.AuthenticationScheme, displayName: null);
        });
        services.AddOptions<OpenIdConnectOptions>(OpenIdConnectDefaults.AuthenticationScheme).Configure<IConfiguration>(Set);
        services.AddSingleton<IValidateOptions<IdleLock>>(static provider => new Validator(provider.GetRequiredService<IConfiguration>()));
    }

    public static void MapOpenIdSignIn(this IEndpointRouteBuilder app) =>
        app.MapGet(Path, Begin).AllowAnonymous().ExcludeFromDescription();

    private static Results<ChallengeHttpResult, NotFound> Begin(string? returnUrl, IConfiguration configuration) => NameOf(configuration) is null
        ? TypedResults.NotFound()
        : TypedResults.Challenge(new() { RedirectUri = RedirectHttpResult.IsLocalUrl(returnUrl) ? returnUrl : "/" }, [OpenIdConnectDefaults.AuthenticationScheme]);

    private static void Set(OpenIdConnectOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        var authority = section["Authority"];
        options.Authority = authority;
        options.ClientId = section["ClientId"];
        options.ClientSecret = section["ClientSecret"];
        options.SignInScheme = IdentityConstants.ApplicationScheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        // By a link and not by a form of the issuer's page, which would be another site's post.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = section.GetValue("UserInfo", false);
        options.RequireHttpsMetadata = !(Uri.TryCreate(authority, UriKind.Absolute, out var address) && address.IsLoopback);
        options.CallbackPath = "/signin-oidc";
        options.Scope.Clear();
        foreach (var scope in (section["Scope"] ?? "openid profile").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            options.Scope.Add(scope);
        options.TokenValidationParameters.NameClaimType = section["UserNameClaim"] ?? "preferred_username";
        options.CorrelationCookie.SameSite = options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Events.OnTicketReceived = context => context.HttpContext.RequestServices.GetRequiredService<SignIns>().TakeIssuedAsync(context);
        options.Events.OnRemoteFailure = context =>
        {
            context.Response.Redirect(Failed);
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }

    private sealed class Validator(IConfiguration configuration) : IValidateOptions<IdleLock>
    {
        public ValidateOptionsResult Validate(string? name, IdleLock options)
        {
            var errors = new ValidateOptionsResultBuilder();
            if (NameOf(configuration) is null)
                return errors.Build();
            if (!Uri.TryCreate(configuration[$"{Section}:Authority"], UriKind.Absolute, out var authority) || (authority.Scheme != Uri.UriSchemeHttps && !authority.IsLoopback))
                errors.AddError($"{Section}:Authority must be the https address of an issuer.");
            if (string.IsNullOrEmpty(configuration[$"{Section}:ClientId"]))
                errors.AddError($"{Section}:ClientId is missing.");
            return errors.Build();
        }
    }
}
