using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;

namespace HealthDashboard.Patients;

/// <summary>Patient records over HTTP. Each change, and each look at one record, is in the audit.</summary>
internal static class PatientEndpoints
{
    private const int MaxPages = 1_000_000;

    public static void MapPatients(this IEndpointRouteBuilder app)
    {
        var patients = app.MapGroup("/api/patients").WithTags("Patients");
        patients.MapGet("", SearchAsync).RequireAuthorization(Policies.Viewer);
        patients.MapPost("", AddAsync).RequireAuthorization(Policies.Clinician).Accepts<Patient>("application/json");
        patients.MapGet("{id}", FindAsync).RequireAuthorization(Policies.Viewer);
        patients.MapPut("{id}", ReplaceAsync).RequireAuthorization(Policies.Clinician).Accepts<Patient>("application/json");
        patients.MapDelete("{id}", DeleteAsync).RequireAuthorization(Policies.Clinician);
        patients.MapPatientVitals();
        app.MapLimits();
    }

    private static async Task<IResult> SearchAsync(QueryFields query, IPatientStore store, CancellationToken cancel)
    {
        var wanted = new PatientQuery(
            query.Text("search", 128),
            query.Text("region", 64),
            query.Text("ward", 64),
            query.Whole("page", 1, MaxPages, fallback: 1),
            query.Whole("pageSize", 1, 500, fallback: 50));
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
        JsonBody body, IPatientStore store, PatientDirectory directory, Audit audit, TimeProvider time, ClaimsPrincipal user, HttpResponse response, CancellationToken cancel)
    {
        var fields = body.Fields;
        var given = fields.ReadPatient(time.Today());
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var patient = (await store.AddAsync([given with { Id = ObjectId.New(time) }], cancel))[0];
        directory.Set(patient);
        await audit.WriteAsync(user, "patient.create", patient.Id);
        response.SetVersion(patient.Version);
        return TypedResults.Created($"/api/patients/{patient.Id}", patient);
    }

    private static async Task<IResult> ReplaceAsync(
        ObjectId id, JsonBody body, IPatientStore store, PatientDirectory directory, Audit audit, TimeProvider time, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        var fields = body.Fields;
        var given = fields.ReadPatient(time.Today(), id, context.Request.NeededVersion());
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var patient = await store.ReplaceAsync(given, cancel);
        directory.Set(patient);
        await audit.WriteAsync(user, "patient.update", id);
        context.Response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static async Task<IResult> DeleteAsync(
        ObjectId id, IPatientStore store, PatientDirectory directory, Audit audit, ClaimsPrincipal user, HttpRequest request, CancellationToken cancel)
    {
        await store.DeleteAsync(id, request.NeededVersion(), cancel);
        directory.Remove(id);
        await audit.WriteAsync(user, "patient.delete", id);
        return TypedResults.NoContent();
    }
}
