using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Access;

/// <summary>Breaking the glass, and what is reported of it, over HTTP.</summary>
internal static class GlassEndpoints
{
    public static void MapGlass(this IEndpointRouteBuilder app)
    {
        var glass = app.MapGroup("/api/patients/{id}/break-glass").RequireAuthorization(Policies.Clinician).WithTags("Access")
            .WithMetadata(new RecordRouteAttribute { IsOutside = true });
        glass.MapPost("", BreakAsync).Describe("breakGlass", "Opens the record of a patient who is neither in one's care nor ward, for 60 minutes; the team's lead is notified")
            .WithBody<GlassRequest>().MayConflict();
        glass.MapDelete("", EndAsync).Describe("endBreakGlass", "Closes it again. Idempotent.");
        var notices = app.MapGroup("/api/notifications").RequireAuthorization(Policies.Viewer).WithTags("Access");
        notices.MapGet("", ListAsync).Describe("listNotifications", "Who broke the glass for a patient whose team one leads, and was not seen yet");
        notices.MapPost("{id}/seen", SeenAsync).Describe("seeNotification", "Says that one has seen it");
    }

    private static async Task<Results<Ok<GlassAnswer>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> BreakAsync(
        ObjectId id, JsonBody body, GlassBook glass, PatientAccess access, PatientDirectory directory, ClaimsPrincipal user, CancellationToken cancel)
    {
        var fields = body.Fields;
        var reason = fields.Text("reason", GlassBook.LongestReason);
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (!access.BreakGlassIsOn)
            return TypedResults.Problem("Breaking the glass is switched off here (Access:BreakGlass).", statusCode: StatusCodes.Status403Forbidden);
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        if (await access.IsTheirsAsync(user, id, cancel))
            return TypedResults.Problem("The record is open to you already.", statusCode: StatusCodes.Status409Conflict);
        return TypedResults.Ok(new GlassAnswer(await glass.BreakAsync(user, id, reason, cancel)));
    }

    private static async Task<NoContent> EndAsync(ObjectId id, GlassBook glass, ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await glass.FindAsync(user, id, cancel) is not null)
            await glass.EndAsync(user, id);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<GlassNotices>> ListAsync(GlassBook glass, ClaimsPrincipal user, CancellationToken cancel) =>
        TypedResults.Ok(new GlassNotices(await glass.NoticesAsync(user, cancel)));

    private static async Task<Results<NoContent, NotFoundProblem>> SeenAsync(string id, GlassBook glass, ClaimsPrincipal user, CancellationToken cancel) =>
        await glass.SeenAsync(user, id, cancel) ? TypedResults.NoContent() : Problems.NotFound("notification");
}

/// <summary>Why the record must be opened, 1 to 500 characters.</summary>
internal sealed record GlassRequest(string Reason) : IRequestBody;

/// <param name="Until">Until when the record is open.</param>
internal sealed record GlassAnswer(DateTimeOffset Until);

/// <param name="Items">The latest first.</param>
internal sealed record GlassNotices(IReadOnlyList<GlassNotice> Items);
