using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>Admission, move and discharge over HTTP. The record is answered as it is afterwards, with its ETag.</summary>
internal static class StayEndpoints
{
    public static void MapStays(this IEndpointRouteBuilder patients)
    {
        var stays = patients.MapGroup("{id}").RequireAuthorization(Policies.Clinician);
        stays.MapPost("admit", AdmitAsync).Describe("admitPatient", "Admits a patient who was discharged, to the place of before where the body names no other.")
            .WithBody<AdmitRequest>(isOptional: true).GivesVersion().MayConflict();
        stays.MapPost("move", MoveAsync).Describe("movePatient", "Moves an admitted patient to another ward or bed.").WithBody<MoveRequest>().GivesVersion().MayConflict();
        stays.MapPost("discharge", DischargeAsync).Describe("dischargePatient", "Discharges a patient; with open alerts only for a reason.")
            .WithBody<DischargeRequest>(isOptional: true).GivesVersion().MayConflict();
    }

    /// <summary>409, with who is in the bed.</summary>
    public static async ValueTask<object?> RefuseTakenBedAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (BedTakenException taken)
        {
            var there = taken.Occupant;
            return TypedResults.Problem(
                "Another patient is in the bed.",
                statusCode: StatusCodes.Status409Conflict,
                extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["occupant"] = new { there.Id, there.Mrn, name = there.DisplayName } });
        }
    }

    /// <summary>409, with the alerts that nobody may leave behind without a reason.</summary>
    public static ProblemHttpResult OpenAlerts(IReadOnlyList<string> texts) => TypedResults.Problem(
        "The patient has open alerts. Send a reason to end them with the stay.",
        statusCode: StatusCodes.Status409Conflict,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["openAlerts"] = texts });

    private static async Task<Results<Ok<Patient>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> AdmitAsync(
        ObjectId id, HttpContext context, PatientDirectory directory, StayDesk desk, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = await BodyAsync(context);
        var (region, ward) = (body?.OptionalText("region", 64), body?.OptionalText("ward", 64));
        var (room, bed) = (body?.OptionalText("room", 16), body?.OptionalText("bed", 16));
        if (body?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if ((await directory.FindAsync(id, cancel))?.Patient.Status == PatientStatus.Admitted)
            return Conflict("The patient is admitted already.");
        var patient = await desk.ChangeAsync(
            id, user.Actor(), known => new Place(region ?? known.Region, ward ?? known.Ward, room ?? known.Room, bed ?? known.Bed).Put(StayChange.Admitted(known)), cancel);
        return await AnswerAsync(patient, "patient.admit", audit, user, context);
    }

    private static async Task<Results<Ok<Patient>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> MoveAsync(
        ObjectId id, JsonBody json, HttpContext context, PatientDirectory directory, StayDesk desk, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = json.Fields;
        var (region, ward) = (body.OptionalText("region", 64), body.Text("ward", 64));
        var (room, bed) = (body.OptionalText("room", 16), body.OptionalText("bed", 16));
        if (body.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if ((await directory.FindAsync(id, cancel))?.Patient.Status == PatientStatus.Discharged)
            return Conflict("The patient is discharged.");
        var patient = await desk.ChangeAsync(id, user.Actor(), known => new Place(region ?? known.Region, ward, room, bed).Put(known), cancel);
        return await AnswerAsync(patient, "patient.move", audit, user, context);
    }

    private static async Task<Results<Ok<Patient>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> DischargeAsync(
        ObjectId id, HttpContext context, StayDesk desk, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = await BodyAsync(context);
        var reason = body?.OptionalText("reason", PatientFields.LongestReason);
        if (body?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (desk.LeftBehind(id, reason) is { Count: > 0 } open)
            return OpenAlerts(open);
        return await AnswerAsync(await desk.DischargeAsync(id, user.Actor(), reason, cancel), "patient.discharge", audit, user, context);
    }

    private static async Task<Results<Ok<Patient>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> AnswerAsync(Patient? patient, string action, Audit audit, ClaimsPrincipal user, HttpContext context)
    {
        if (patient is null)
            return Problems.NotFound("patient");
        await audit.WriteAsync(user, action, patient.Id);
        context.Response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static ProblemHttpResult Conflict(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);

    // Every field is optional, and so is the body.
    private static async Task<JsonFields?> BodyAsync(HttpContext context) =>
        context.Request is { ContentLength: null or 0, ContentType: null } ? null : (await JsonBody.BindAsync(context)).Fields;
}
