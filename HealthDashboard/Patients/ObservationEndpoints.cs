using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>A set of observations as it was charted.</summary>
/// <param name="Note">It, among the patient's notes.</param>
/// <param name="Score">The NEWS2 score of the set alone.</param>
internal sealed record ChartedObservations(PatientNote Note, NewsScore Score);

/// <summary>Observations made by hand over HTTP.</summary>
internal static class ObservationEndpoints
{
    public static void MapObservations(this IEndpointRouteBuilder patients) => patients.MapPost("{id}/observations", ChartAsync)
        .RequireAuthorization(Policies.Clinician)
        .Describe("chartObservations", "Chart a set of observations made by hand; the same set sent again is charted once").WithBody<ObservationsRequest>().MayConflict();

    private static async Task<Results<Ok<ChartedObservations>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> ChartAsync(
        ObjectId id, JsonBody body, PatientDirectory directory, ObservationDesk desk, TimeProvider time, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        var fields = body.Fields;
        var set = ObservationSet.Read(fields, time.GetUtcNow());
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await directory.FindAsync(id, cancel) is not { } known)
            return Problems.NotFound("patient");
        if (known.Patient.Status == PatientStatus.Discharged)
            return TypedResults.Problem("The patient is discharged.", statusCode: StatusCodes.Status409Conflict);
        try
        {
            return TypedResults.Ok(new ChartedObservations(await desk.ChartAsync(id, set, user), set.Score(known.Patient)));
        }
        catch (RequestRefusedException refused)
        {
            return VitalsEndpoint.Refuse(context, refused);
        }
    }
}
