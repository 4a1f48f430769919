using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>Patient records over HTTP. Each change, and each look at one record, is in the audit.</summary>
internal static class PatientEndpoints
{
    private const int MaxPages = 1_000_000;

    public static void MapPatientRecords(this IEndpointRouteBuilder app)
    {
        var patients = app.MapGroup("/api/patients").WithTags("Patients").AddEndpointFilter(StayEndpoints.RefuseTakenBedAsync);
        patients.MapGet("", SearchAsync).RequireAuthorization(Policies.Viewer);
        patients.MapPost("", AddAsync).RequireAuthorization(Policies.Clinician).Accepts<Patient>("application/json");
        patients.MapGet("{id}", FindAsync).RequireAuthorization(Policies.Viewer);
        patients.MapPut("{id}", ReplaceAsync).RequireAuthorization(Policies.Clinician).Accepts<Patient>("application/json");
        patients.MapDelete("{id}", DeleteAsync).RequireAuthorization(Policies.Clinician);
        patients.MapStays();
        patients.MapPatientVitals();
    }

    private static async Task<IResult> SearchAsync(QueryFields query, IPatientStore store, CancellationToken cancel)
    {
        var wanted = new PatientQuery(
            query.Text("search", 128),
            query.Text("region", 64),
            query.Text("ward", 64),
            query.Whole("page", 1, MaxPages, fallback: 1),
            query.Whole("pageSize", 1, 500, fallback: 50),
            query.OptionalChoice<PatientStatus>("status"));
        return query.Errors is { Count: > 0 } errors ? Problems.Invalid(errors) : TypedResults.Ok(await store.SearchAsync(wanted, cancel));
    }

    private static async Task<IResult> FindAsync(ObjectId id, IPatientStore store, Audit audit, ClaimsPrincipal user, HttpResponse response, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel) is not { } patient)
            return Problems.NotFound("patient");
        await audit.WriteAsync(user, "patient.read", id);
        response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static async Task<IResult> AddAsync(
        JsonBody body, StayDesk desk, Audit audit, TimeProvider time, ClaimsPrincipal user, HttpResponse response, CancellationToken cancel)
    {
        var fields = body.Fields;
        var given = fields.ReadPatient(new PatientWrite(user.Actor(), time.GetUtcNow()));
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var patient = await desk.AddAsync(given with { Id = ObjectId.New(time) }, cancel);
        await audit.WriteAsync(user, "patient.create", patient.Id);
        response.SetVersion(patient.Version);
        return TypedResults.Created($"/api/patients/{patient.Id}", patient);
    }

    private static async Task<IResult> ReplaceAsync(
        ObjectId id, JsonBody body, IPatientStore store, StayDesk desk, Audit audit, TimeProvider time, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        var (fields, version) = (body.Fields, context.Request.NeededVersion());
        var current = await store.FindAsync(id, cancel);
        var given = fields.ReadPatient(new PatientWrite(user.Actor(), time.GetUtcNow(), current), id, version);
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var leaves = given.Status == PatientStatus.Discharged && current is { Status: PatientStatus.Admitted };
        if (leaves && desk.LeftBehind(id, given.Discharge?.Reason) is { Count: > 0 } open)
            return StayEndpoints.OpenAlerts(open);
        var patient = await desk.ReplaceAsync(given, current, cancel);
        await audit.WriteAsync(user, leaves ? "patient.discharge" : "patient.update", id);
        context.Response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static async Task<IResult> DeleteAsync(
        ObjectId id, QueryFields query, StayDesk desk, Audit audit, ClaimsPrincipal user, HttpRequest request, CancellationToken cancel)
    {
        var (version, reason) = (request.NeededVersion(), query.Text("reason", PatientFields.LongestReason));
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (desk.LeftBehind(id, reason) is { Count: > 0 } open)
            return StayEndpoints.OpenAlerts(open);
        await desk.DeleteAsync(id, version, user.Actor(), reason, cancel);
        await audit.WriteAsync(user, "patient.delete", id);
        return TypedResults.NoContent();
    }
}
