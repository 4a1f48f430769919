using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Hosting;

namespace HealthDashboard.Patients;

/// <summary>Admission, move and discharge over HTTP. The record is answered as it is afterwards, with its ETag.</summary>
internal static class StayEndpoints
{
    public static void MapStays(this IEndpointRouteBuilder patients)
    {
        patients.MapPost("{id}/admit", AdmitAsync).RequireAuthorization(Policies.Clinician).Produces<Patient>();
        patients.MapPost("{id}/move", MoveAsync).RequireAuthorization(Policies.Clinician).Produces<Patient>();
        patients.MapPost("{id}/discharge", DischargeAsync).RequireAuthorization(Policies.Clinician).Produces<Patient>();
    }

    /// <summary>409, with the alerts that nobody may leave behind without a reason.</summary>
    public static IResult OpenAlerts(IReadOnlyList<string> texts) => TypedResults.Problem(
        "The patient has open alerts. Send a reason to end them with the stay.",
        statusCode: StatusCodes.Status409Conflict,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["openAlerts"] = texts });

    private static async Task<IResult> AdmitAsync(
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
            id,
            known => StayChange.Admitted(known) with { Region = region ?? known.Region, Ward = ward ?? known.Ward, Room = room ?? known.Room, Bed = bed ?? known.Bed },
            cancel);
        return await AnswerAsync(patient, "patient.admit", audit, user, context);
    }

    private static async Task<IResult> MoveAsync(
        ObjectId id, JsonBody json, HttpContext context, PatientDirectory directory, StayDesk desk, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = json.Fields;
        var (region, ward) = (body.OptionalText("region", 64), body.Text("ward", 64));
        var (room, bed) = (body.OptionalText("room", 16), body.OptionalText("bed", 16));
        if (body.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if ((await directory.FindAsync(id, cancel))?.Patient.Status == PatientStatus.Discharged)
            return Conflict("The patient is discharged.");
        var patient = await desk.ChangeAsync(id, known => known with { Region = region ?? known.Region, Ward = ward, Room = room, Bed = bed }, cancel);
        return await AnswerAsync(patient, "patient.move", audit, user, context);
    }

    private static async Task<IResult> DischargeAsync(
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

    private static async Task<IResult> AnswerAsync(Patient? patient, string action, Audit audit, ClaimsPrincipal user, HttpContext context)
    {
        if (patient is null)
            return Problems.NotFound("patient");
        await audit.WriteAsync(user, action, patient.Id);
        context.Response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static IResult Conflict(string detail) => TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);

    // Every field is optional, and so is the body.
    private static async Task<JsonFields?> BodyAsync(HttpContext context) =>
        context.Request is { ContentLength: null or 0, ContentType: null } ? null : (await JsonBody.BindAsync(context)).Fields;
}
