using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Review;

/// <summary>What the body of a review says.</summary>
/// <param name="Verdict">What the alert was.</param>
/// <param name="Comment">What there is to say about it.</param>
internal sealed record ReviewRequest(AlertVerdict Verdict, string? Comment = null) : IRequestBody;

/// <summary>Looking back at alerts.</summary>
internal static class ReviewServices
{
    public static IServiceCollection AddReview(this IServiceCollection services) => services.AddSingleton<ReviewDesk>().AddSingleton<ReviewReader>();

    /// <summary>Adds reviews over HTTP.</summary>
    public static IEndpointRouteBuilder MapReview(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/alerts/{id}/review", ReviewAsync).RequireAuthorization(Policies.Clinician).WithTags("Alerts")
            .Describe("reviewAlert", "Say what an alert was, open or long over. Idempotent.")
            .WithDescription("Nothing else of the alert changes. Each account has one say, its last; the alert's review is the newest of all.")
            .WithBody<ReviewRequest>().WithMetadata(new RecordRouteAttribute("alert.review"));
        return app;
    }

    private static async Task<Results<Ok<Alert>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> ReviewAsync(
        ObjectId id, JsonBody body, ReviewDesk desk, ClaimsPrincipal user, CancellationToken cancel)
    {
        var fields = body.Fields;
        var verdict = fields.Choice<AlertVerdict>("verdict", null);
        var comment = fields.OptionalText("comment", ReviewDesk.LongestComment);
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var (alert, isRefused) = await desk.ReviewAsync(id, user, verdict, comment, cancel);
        if (isRefused)
            return TypedResults.Problem("The alert's patient is neither in your care nor in a ward of yours.", title: "The record is not yours to open.", statusCode: StatusCodes.Status403Forbidden);
        return alert is null ? Problems.NotFound("alert") : TypedResults.Ok(alert);
    }
}
