using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Handover;

/// <summary>The handover of a shift over HTTP.</summary>
internal static class HandoverEndpoints
{
    public static void MapShiftHandover(this IEndpointRouteBuilder app) => app.MapPost("/api/handover", HandOverAsync)
        .RequireAuthorization(Policies.Clinician).WithTags("Care team")
        .Describe("handOverShift", "Hands a clinician's patients over to others, all in one step. Idempotent; who is not with the giver any more is left and named.")
        .WithBody<HandoverRequest>().ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<HandoverResult>, ValidationProblem, ProblemHttpResult>> HandOverAsync(
        JsonBody body, HandoverDesk desk, ClaimsPrincipal user, CancellationToken cancel)
    {
        var fields = body.Fields;
        return await desk.HandOverAsync(user, fields, cancel) switch
        {
            ({ } result, _) => TypedResults.Ok(result),
            (_, { } refusal) => TypedResults.Problem(refusal, title: "These patients are not yours to hand over.", statusCode: StatusCodes.Status403Forbidden),
            _ => Problems.Invalid(fields.Errors),
        };
    }
}
