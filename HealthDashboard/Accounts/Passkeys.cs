using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;

namespace HealthDashboard.Accounts;

/// <summary>A passkey as the account keeps it [WebAuthn Level 3]: what is needed to check the next sign-in, and nothing secret.</summary>
internal sealed record StoredPasskey(
    string Id, string PublicKey, DateTimeOffset CreatedAt, uint SignCount, IReadOnlyList<string>? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp, string Name)
{
    public static StoredPasskey Of(UserPasskeyInfo info) => new(
        Convert.ToBase64String(info.CredentialId), Convert.ToBase64String(info.PublicKey), info.CreatedAt, info.SignCount, info.Transports,
        info.IsUserVerified, info.IsBackupEligible, info.IsBackedUp, info.Name ?? "Passkey");

    public UserPasskeyInfo ToInfo() => new(
        Convert.FromBase64String(Id), Convert.FromBase64String(PublicKey), CreatedAt, SignCount, Transports is null ? null : [.. Transports],
        IsUserVerified, IsBackupEligible, IsBackedUp, attestationObject: [], clientDataJson: [])
    { Name = Name };
}

/// <summary>What the browser is asked to do.</summary>
/// <param name="Options">The options of navigator.credentials.</param>
/// <param name="State">What it sends back with its answer.</param>
internal sealed record PasskeyOptions(JsonElement Options, string State);

/// <summary>The browser's answer.</summary>
/// <param name="State">As it was given.</param>
/// <param name="Credential">The credential as JSON.</param>
/// <param name="Name">What a new passkey is called; null when signing in.</param>
/// <param name="Password">The current password for a new passkey; null when signing in.</param>
internal sealed record PasskeyAnswer(string State, string Credential, string? Name = null, string? Password = null) : IRequestBody;

/// <summary>
/// Passkeys, by ASP.NET Core Identity's own handler: made on one's account page, they sign in alone, because the device checks who holds it.
/// For the pages' own script.
/// </summary>
internal sealed class Passkeys(
    IPasskeyHandler<AccountUser> handler, UserManager<AccountUser> users, OwnAccount own, SignIns signIns, IDataProtectionProvider protection)
{
    private const int MaxName = 64;
    private const int MaxPasskeys = 20;

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector states = protection.CreateProtector("HealthDashboard.Passkeys").ToTimeLimitedDataProtector();

    public static void Map(IEndpointRouteBuilder app)
    {
        var passkeys = app.MapGroup("/api/session").ExcludeFromDescription().RequireAuthorization(Policies.SignedIn);
        passkeys.MapPost("/passkeys/options", static (HttpContext context, Passkeys all) => all.BeginAsync(context));
        passkeys.MapPost("/passkeys", static (PasskeyAnswer answer, HttpContext context, Passkeys all) => all.AddAsync(answer, context));
        passkeys.MapPost("/passkey/options", static (HttpContext context, Passkeys all) => all.AskAsync(context)).AllowAnonymous();
        passkeys.MapPost("/passkey", static (PasskeyAnswer answer, HttpContext context, Passkeys all) => all.SignInAsync(answer, context)).AllowAnonymous();
    }

    private async Task<Results<Ok<PasskeyOptions>, UnauthorizedHttpResult>> BeginAsync(HttpContext context)
    {
        if (await own.FindAsync(context) is not { } user)
            return TypedResults.Unauthorized();
        var entity = new PasskeyUserEntity { Id = user.Account.Id.ToString(), Name = user.Account.UserName, DisplayName = user.Account.DisplayName };
        var made = await handler.MakeCreationOptionsAsync(entity, context);
        return TypedResults.Ok(Options(made.CreationOptionsJson, made.AttestationState));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> AddAsync(PasskeyAnswer answer, HttpContext context)
    {
        if (Read(answer.State) is not { } state)
            return Refused("That took too long. Try again.");
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = context, CredentialJson = answer.Credential, AttestationState = state });
        var name = answer.Name?.Trim() is { Length: > 0 and <= MaxName } given && !given.Any(char.IsControl) ? given : "Passkey";
        if (!result.Succeeded || result.UserEntity.Id != context.User.FindFirstValue(ClaimTypes.NameIdentifier))
            return Refused("The device's answer is not right. Try again.");
        result.Passkey.Name = name;
        var errors = await own.ChangeAsync(context, answer.Password ?? "", "account.passkey.add", (_, before) =>
            before.Passkeys is { Count: >= MaxPasskeys } ? null : before with { Passkeys = [.. before.Passkeys ?? [], StoredPasskey.Of(result.Passkey)] });
        return errors.Length == 0 ? TypedResults.NoContent() : Refused(string.Join(' ', errors));
    }

    private async Task<Ok<PasskeyOptions>> AskAsync(HttpContext context)
    {
        // For whoever holds one: which account it is, the passkey says.
        var made = await handler.MakeRequestOptionsAsync(null, context);
        return TypedResults.Ok(Options(made.RequestOptionsJson, made.AssertionState));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> SignInAsync(PasskeyAnswer answer, HttpContext context)
    {
        if (Read(answer.State) is not { } state)
            return Refused("That took too long. Try again.");
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = context, CredentialJson = answer.Credential, AssertionState = state });
        // The count that the device has sent is kept, so that a copy of it is noticed.
        var isRight = result.Succeeded && (await users.AddOrUpdatePasskeyAsync(result.User, result.Passkey)).Succeeded;
        return await signIns.TakePasskeyAsync(isRight ? result.User : null, context) == SignInOutcome.SignedIn
            ? TypedResults.NoContent()
            : Refused("The passkey is not known here, or the account is locked.");
    }

    private PasskeyOptions Options(string json, string? state) => new(JsonElement.Parse(json), states.Protect(state ?? "", Within));

    private string? Read(string state)
    {
        try
        {
            return states.Unprotect(state);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ProblemHttpResult Refused(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized);
}
