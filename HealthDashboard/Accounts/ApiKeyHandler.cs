using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Accounts;

/// <summary>
/// Lets in devices and programs by key: <c>X-Api-Key: KEY</c>, or <c>Authorization: Token KEY</c> as InfluxDB's clients send it,
/// as <c>Token USER:KEY</c> or as the password of Basic as those of its version 1 do, or <c>Authorization: Bearer KEY</c>. Never from the
/// address, where logs would keep it.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    KeyBook keys) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "ApiKey";

    /// <summary>The header of the project's own clients.</summary>
    public const string HeaderName = "X-Api-Key";

    /// <summary>The key that the request carries; null when it carries none.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        if (request.Headers.TryGetValue(HeaderName, out var own))
            return own.ToString();
        var authorization = request.Headers.Authorization.ToString();
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        var scheme = space < 0 ? authorization : authorization[..space];
        var isKey = scheme.Equals("Token", StringComparison.OrdinalIgnoreCase) || scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);
        if (isKey)
            return authorization[scheme.Length..].Trim();
        return scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) ? PasswordOf(authorization[scheme.Length..].Trim()) : null;
    }

    private static string? PasswordOf(string basic)
    {
        var bytes = new byte[basic.Length];
        if (!Convert.TryFromBase64String(basic, bytes, out var length))
            return null;
        var account = Encoding.UTF8.GetString(bytes, 0, length);
        return account.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? account[(colon + 1)..] : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { } key)
            return AuthenticateResult.NoResult();
        // A key may have a colon itself; else what stands before it is a user's name.
        if ((await keys.FindAsync(key) ?? (key.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? await keys.FindAsync(key[(colon + 1)..]) : null)) is not { } entry)
            return AuthenticateResult.Fail("The key is not known.");
        Claim[] claims = [new(ClaimTypes.Name, entry.Name), .. entry.Scopes.Select(scope => new Claim(Policies.ScopeClaim, scope))];
        var identity = new ClaimsIdentity(claims, SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Token";
        var detail = KeyOf(Request) is not null ? "The key that was sent is not known."
            : Request.Query.ContainsKey("p") || Request.Query.ContainsKey("u")
                ? "A key in the address (u and p) is not accepted, because logs keep addresses. Send it as the password of 'Authorization: Basic', or as 'Authorization: Token KEY'."
            : $"Send a key as '{HeaderName}: KEY' or 'Authorization: Token KEY'.";
        // InfluxDB's clients show "error" in version 1, "message" in version 2.
        var words = new Dictionary<string, object?> { ["error"] = detail, ["code"] = "unauthorized", ["message"] = detail };
        return TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized, extensions: words).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        TypedResults.Problem("The key does not have the scope that this needs.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(Context);
}

/// <summary>Registration of the key scheme.</summary>
internal static partial class ApiKeyRegistration
{
    /// <summary>
    /// Adds the keys from configuration, the scheme that lets them in and the policies for keys alone. A wrong entry
    /// stops the start. In Development with no key configured there is <see cref="ApiKeySettings.DemoKey"/>, and the console says so.
    /// </summary>
    public static IServiceCollection AddApiKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyBook>();
        services.AddSingleton<IValidateOptions<ApiKeySettings>, ApiKeySettingsValidator>();
        services.AddOptions<ApiKeySettings>()
            .Configure<IConfiguration>(static (settings, configuration) => configuration.GetSection("ApiKeys").Bind(settings.Keys))
            .PostConfigure<IHostEnvironment, ILogger<ApiKeySettings>>(AddDemoKey)
            .ValidateOnStart();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Ingest, policy => OnlyKeys(policy, "ingest"))
            .AddPolicy(Policies.Import, policy => OnlyKeys(policy, "import"))
            .AddPolicy(Policies.Metrics, policy => OnlyKeys(policy, "metrics"));
        return services;
    }

    private static void OnlyKeys(AuthorizationPolicyBuilder policy, string scope) =>
        policy.AddAuthenticationSchemes(ApiKeyHandler.SchemeName).RequireClaim(Policies.ScopeClaim, scope);

    private static void AddDemoKey(ApiKeySettings settings, IHostEnvironment environment, ILogger<ApiKeySettings> log)
    {
        if (!environment.IsDevelopment() || settings.Keys.Count > 0)
            return;
        settings.Keys.Add(new ApiKeyEntry { Name = "demo", Key = ApiKeySettings.DemoKey, Scopes = [.. ApiKeySettings.Scopes] });
        LogDemoKey(log, ApiKeySettings.DemoKey);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Development without ApiKeys: programs get in with the key {Key}")]
    private static partial void LogDemoKey(ILogger log, string key);
}
