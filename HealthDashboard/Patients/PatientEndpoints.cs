using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>Patient records over HTTP. Each change is in the audit; each look is by <see cref="Access.RecordGate"/>.</summary>
internal static class PatientEndpoints
{
    private const int MaxPages = 1_000_000;

    public static void MapPatientRecords(this IEndpointRouteBuilder app)
    {
        var patients = app.MapGroup("/api/patients").WithTags("Patients").AddEndpointFilter(StayEndpoints.RefuseTakenBedAsync);
        patients.MapGet("", SearchAsync).RequireAuthorization(Policies.Viewer).Describe("searchPatients", "Records by name, MRN, bed, condition and place, by family name")
            .WithDescription($"A person is given those of their wards and their care; total counts all, up to {PatientQuery.UsuallyCounted} or the end of this page: with isLeast there may be more.")
            .WithQuery<string>("search", "Words of which each begins a name, the MRN, the bed, or a word or code of a condition; marks, case and punctuation do not count.")
            .WithQuery<string>("region", "Only this region.")
            .WithQuery<string>("ward", "Only this ward.")
            .WithQuery<PatientStatus>("status", "Only who is admitted, or who has left.")
            .WithQuery<int>("page", "Which page, from 1.")
            .WithQuery<int>("pageSize", "Records on a page, 1 to 500; else 50.")
            .WithMetadata(new RecordRouteAttribute("look.patients"));
        patients.MapPost("", AddAsync).RequireAuthorization(Policies.Clinician).Describe("addPatient", "Add a patient")
            .WithBody<PatientRequest>().GivesVersion().MayConflict();
        patients.MapGet("{id}", FindAsync).RequireAuthorization(Policies.Viewer).Describe("getPatient", "A patient's record").GivesVersion().MayConflict();
        patients.MapPut("{id}", ReplaceAsync).RequireAuthorization(Policies.Clinician).Describe("replacePatient", "Replace a patient's record")
            .WithBody<PatientReplacement>().NeedsVersion().GivesVersion().MayConflict();
        patients.MapDelete("{id}", DeleteAsync).RequireAuthorization(Policies.Clinician).Describe("deletePatient", "Delete a patient's record; with open alerts only for a reason")
            .WithQuery<string>("reason", "Why, where alerts are open.").NeedsVersion().MayConflict();
        patients.MapStays();
        patients.MapPatientVitals();
        patients.MapVersions();
        patients.MapNotes();
        patients.MapObservations();
    }

    private static async Task<Results<Ok<Page<Patient>>, ValidationProblem>> SearchAsync(QueryFields query, IPatientStore store, PatientAccess access, ClaimsPrincipal user, CancellationToken cancel)
    {
        var wanted = new PatientQuery(
            query.Text("search", 128),
            query.Text("region", 64),
            query.Text("ward", 64),
            query.Whole("page", 1, MaxPages, fallback: 1),
            query.Whole("pageSize", 1, 500, fallback: 50),
            query.OptionalChoice<PatientStatus>("status"));
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var page = await store.SearchAsync(wanted, cancel);
        var theirs = await access.TheirsAsync(user, cancel);
        return TypedResults.Ok(page with { Items = [.. page.Items.Where(theirs)] });
    }

    private static async Task<Results<Ok<Patient>, NotFoundProblem>> FindAsync(ObjectId id, IPatientStore store, HttpResponse response, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel) is not { } patient)
            return Problems.NotFound("patient");
        response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static async Task<Results<Created<Patient>, ValidationProblem>> AddAsync(
        JsonBody body, StayDesk desk, Audit audit, TimeProvider time, ClaimsPrincipal user, HttpResponse response, CancellationToken cancel)
    {
        var fields = body.Fields;
        var given = fields.ReadPatient(new PatientWrite(user.Actor(), time.GetUtcNow()));
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var patient = await desk.AddAsync(given with { Id = ObjectId.New(time) }, user.Actor(), cancel);
        await audit.WriteAsync(user, "patient.create", patient.Id);
        response.SetVersion(patient.Version);
        return TypedResults.Created($"/api/patients/{patient.Id}", patient);
    }

    private static async Task<Results<Ok<Patient>, ValidationProblem, NotFoundProblem, ProblemHttpResult>> ReplaceAsync(
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
        var patient = await desk.ReplaceAsync(given, current, user.Actor(), cancel);
        await audit.WriteAsync(user, leaves ? "patient.discharge" : "patient.update", id);
        context.Response.SetVersion(patient.Version);
        return TypedResults.Ok(patient);
    }

    private static async Task<Results<NoContent, ValidationProblem, NotFoundProblem, ProblemHttpResult>> DeleteAsync(
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
