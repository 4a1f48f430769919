using System.Security.Claims;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Accounts;

/// <summary>What a page asks of its session.</summary>
/// <param name="IsLocked">Whether the station was idle, so that the page covers what it shows.</param>
internal sealed record SessionAnswer(bool IsLocked);

/// <summary>What unlocks a station, or signs in again on a page whose session has ended.</summary>
/// <param name="UserName">Whose page it is.</param>
/// <param name="Secret">Their password; a PIN unlocks only.</param>
/// <param name="Code">The code of a second factor, where signing in again asks for one; else null.</param>
internal sealed record UnlockRequest(string UserName, string Secret, string? Code = null) : IRequestBody;

/// <summary>For the pages' own script: whether the session goes on, and locking and unlocking it, with the page left as it is.</summary>
internal static class SessionEndpoints
{
    // What a locked session still reaches: the way out, and what already runs on the page behind the lock, above all its alarms.
    private static readonly PathString[] OpenWhenLocked = ["/api/session", "/signout", "/_blazor", "/hubs"];

    public static bool IsOpenWhenLocked(PathString path) => Array.Exists(OpenWhenLocked, open => path.StartsWithSegments(open));

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/api/session").ExcludeFromDescription().RequireAuthorization(Policies.SignedIn);
        session.MapGet("/", GetAsync);
        session.MapPost("/lock", LockAsync);
        session.MapPost("/unlock", UnlockAsync).AllowAnonymous();
    }

    private static async Task<Results<Ok<SessionAnswer>, UnauthorizedHttpResult>> GetAsync(ClaimsPrincipal user, Sessions sessions) =>
        await sessions.FindAsync(user) is { } session ? TypedResults.Ok(new SessionAnswer(Sessions.StateOf(session).IsLocked)) : TypedResults.Unauthorized();

    private static async Task<NoContent> LockAsync(ClaimsPrincipal user, Sessions sessions, Audit audit)
    {
        if (await sessions.FindAsync(user) is { } session && !Sessions.StateOf(session).IsLocked)
        {
            await sessions.ChangeAsync(session with { Detail = Sessions.Write(Sessions.StateOf(session) with { IsLocked = true }) });
            await audit.WriteAsync(user, "session.lock");
        }
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UnlockAsync(
        UnlockRequest request, HttpContext context, Sessions sessions, OwnAccount own, SignIns signIns, Audit audit)
    {
        var user = await own.FindAsync(context);
        if (user is null || !user.Account.UserName.Equals(request.UserName, StringComparison.OrdinalIgnoreCase) || await sessions.FindAsync(context.User) is not { } session)
        {
            return await signIns.SignInAsync(request.UserName, request.Secret, request.Code ?? "", context) == SignInOutcome.SignedIn
                ? TypedResults.NoContent()
                : Refused("The password or the code is not right, or the account is locked. After five wrong ones nothing is accepted for five minutes.");
        }

        var state = Sessions.StateOf(session);
        var isPin = OwnAccount.PinError(request.Secret) is null && Credentials.Of(user.Account).Pin is not null;
        var isRight = isPin && state.WrongPins < OwnAccount.WrongPins ? own.IsPin(user, request.Secret) : await own.IsPasswordAsync(context, user, request.Secret);
        if (!isRight || user.Account.IsLocked())
        {
            state = state with { WrongPins = isPin ? state.WrongPins + 1 : state.WrongPins };
            await sessions.ChangeAsync(session with { Detail = Sessions.Write(state) });
            await audit.WriteAsync(context.User, "session.unlock.refused");
            return Refused(isPin && state.WrongPins >= OwnAccount.WrongPins
                ? "Five PINs were wrong. Use the password."
                : "That is not right. After five wrong ones nothing is accepted for five minutes.");
        }
        await sessions.ChangeAsync(session with { Detail = Sessions.Write(state with { IsLocked = false, WrongPins = 0 }) });
        await audit.WriteAsync(context.User, "session.unlock");
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Refused(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status401Unauthorized);
}
