using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.CareTeam;

/// <summary>Clinicians over HTTP.</summary>
internal static class ClinicianEndpoints
{
    public static void MapClinicians(this IEndpointRouteBuilder app)
    {
        var clinicians = app.MapGroup("/api/clinicians").WithTags("Care team");
        clinicians.MapGet("", (ICareTeamStore store, CancellationToken cancel) => store.CliniciansAsync(cancel))
            .RequireAuthorization(Policies.Viewer).Describe("listClinicians", "Every clinician who has not left, by name.");
        clinicians.MapPost("", AddAsync).RequireAuthorization(Policies.Staff)
            .Describe("addClinician", "Adds a clinician: name, profession (nurse or doctor), region, ward (none for one who works across wards), account (a user name).")
            .WithBody<ClinicianRequest>().MayConflict();
        clinicians.MapGet("{id}", FindAsync).RequireAuthorization(Policies.Viewer).Describe("getClinician", "One clinician.");
        clinicians.MapPut("{id}", ReplaceAsync).RequireAuthorization(Policies.Staff)
            .Describe("replaceClinician", "Replaces a clinician. The profession stays while assigned or on call.").WithBody<ClinicianReplacement>().MayConflict();
        clinicians.MapDelete("{id}", RemoveAsync).RequireAuthorization(Policies.Staff).MayConflict()
            .Describe("removeClinician", "Removes a clinician. One who is assigned or on call is refused with 409, unless the query gives a reason: then these duties end.")
            .WithQuery<string>("reason", "Why, where duties end.");
    }

    private static async Task<Results<Ok<Clinician>, NotFoundProblem>> FindAsync(ObjectId id, ClinicianAdmin admin, CancellationToken cancel) =>
        await admin.FindAsync(id, cancel) is { } clinician ? TypedResults.Ok(clinician) : Problems.NotFound("clinician");

    private static async Task<Results<Created<Clinician>, ValidationProblem>> AddAsync(JsonBody body, ClinicianAdmin admin, ClaimsPrincipal user, CancellationToken cancel)
    {
        var fields = body.Fields;
        return await admin.SaveAsync(user, fields, before: null, cancel) is { } clinician
            ? TypedResults.Created($"/api/clinicians/{clinician.Id}", clinician)
            : Problems.Invalid(fields.Errors);
    }

    private static async Task<Results<Ok<Clinician>, ValidationProblem, NotFoundProblem>> ReplaceAsync(
        ObjectId id, JsonBody body, ClinicianAdmin admin, ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await admin.FindAsync(id, cancel) is not { } before)
            return Problems.NotFound("clinician");
        var fields = body.Fields;
        return await admin.SaveAsync(user, fields, before, cancel) is { } clinician ? TypedResults.Ok(clinician) : Problems.Invalid(fields.Errors);
    }

    private static async Task<Results<NoContent, ValidationProblem, NotFoundProblem, ProblemHttpResult>> RemoveAsync(
        ObjectId id, QueryFields query, ClinicianAdmin admin, PatientDirectory directory, ClaimsPrincipal user, CancellationToken cancel)
    {
        var reason = query.Text("reason", ClinicianAdmin.LongestReason);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await admin.FindAsync(id, cancel) is not { } clinician)
            return Problems.NotFound("clinician");
        var duties = await admin.DutiesAsync(clinician, cancel);
        if (duties.Any && string.IsNullOrWhiteSpace(reason))
        {
            return TypedResults.Problem(
                $"{clinician.Name} {duties.Describe(directory.NameOf)}. Give a reason, as ?reason=..., to end that and delete.",
                statusCode: StatusCodes.Status409Conflict);
        }
        return await admin.RemoveAsync(user, clinician, duties, reason?.Trim(), cancel) ? TypedResults.NoContent() : Problems.NotFound("clinician");
    }

    /// <summary>A patient's name for a list; null when the patient is not known.</summary>
    public static string? NameOf(this PatientDirectory directory, ObjectId id) =>
        directory.Find(id)?.Patient.DisplayName;
}
