using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Scopes;

/// <summary>The patients whom somebody has in care now.</summary>
/// <param name="Patients">Their ids.</param>
/// <param name="Wards">The wards where they lie.</param>
internal sealed record OwnPatients(IReadOnlyCollection<ObjectId> Patients, IReadOnlyCollection<WardKey> Wards);

internal static class ScopesServices
{
    /// <summary>Adds what a screen follows.</summary>
    public static void AddScopes(this IServiceCollection services) => services.AddSingleton<ScreenScopes>();

    /// <summary>Adds the patients whom somebody has in care, which bell and sound of a screen may follow.</summary>
    public static void MapScopes(this IEndpointRouteBuilder app) => app.MapGet("/api/my-patients", OwnAsync).WithTags("Care team")
        .RequireAuthorization(Policies.Viewer)
        .Describe("getMyPatients", "The ids of the patients whom the caller has in care now, and their wards. 503 while that is not known.");

    private static async Task<Results<Ok<OwnPatients>, ProblemHttpResult>> OwnAsync(ScreenScopes scopes, ClaimsPrincipal user, CancellationToken cancel) =>
        !scopes.MayHavePatients(user) ? TypedResults.Ok(new OwnPatients([], []))
        : await scopes.FindOwnAsync(user, cancel) is { } own ? TypedResults.Ok(new OwnPatients(own.Patients, own.Wards))
        : TypedResults.Problem("The store of care teams is unavailable.", statusCode: StatusCodes.Status503ServiceUnavailable);
}
