using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>Which version of a record is to hold again.</summary>
internal sealed record RestoreRequest(int Version) : IRequestBody;

/// <summary>Every version of a record over HTTP, and one of them made the latest again.</summary>
internal static class VersionEndpoints
{
    /// <summary>How many versions are given at most.</summary>
    public const int Most = 1000;

    public static void MapVersions(this IEndpointRouteBuilder patients)
    {
        patients.MapGet("{id}/versions", ListAsync).RequireAuthorization(Policies.Viewer).Describe("getPatientVersions", "Versions of a patient's record, the latest first")
            .WithQuery<int>("limit", $"How many at most, 1 to {Most}; else 50.").MayConflict();
        patients.MapPost("{id}/restore", RestoreAsync).RequireAuthorization(Policies.Clinician)
            .Describe("restorePatient", "Make what an earlier version said of a patient hold again; where the patient is stays as it is")
            .WithBody<RestoreRequest>().NeedsVersion().GivesVersion().MayConflict();
    }

    private static async Task<Results<Ok<IReadOnlyList<Patient>>, ValidationProblem, NotFoundProblem>> ListAsync(
        ObjectId id, QueryFields query, IPatientStore store, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        var limit = query.Whole("limit", 1, Most, fallback: 50);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await store.VersionsAsync(id, limit, cancel) is not { Count: > 0 } versions)
            return Problems.NotFound("patient");
        await audit.WriteAsync(user, "patient.read", id, "versions");
        return TypedResults.Ok(versions);
    }

    private static async Task<Results<Ok<Patient>, ValidationProblem, NotFoundProblem>> RestoreAsync(
        ObjectId id, JsonBody body, IPatientStore store, StayDesk desk, Audit audit, TimeProvider time, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        var (fields, expected) = (body.Fields, context.Request.NeededVersion());
        var wanted = fields.Whole("version", 1, int.MaxValue, fallback: 0);
        if (wanted == 0 && !fields.HasError("version"))
            fields.Add("version", "is missing; needed is that of an earlier version.");
        if (fields.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var versions = await store.VersionsAsync(id, Most, cancel);
        if (versions.Count == 0)
            return Problems.NotFound("patient");
        if (versions.FirstOrDefault(version => version.Version == wanted) is not { } version)
            return Problems.Invalid("version", $"is {wanted}; allowed are {versions[^1].Version} to {versions[0].Version}, of which it is kept.");
        var (patient, problems) = PatientVersions.Restored(versions[0], version).Read(user.Actor(), time.GetUtcNow());
        if (problems.Count > 0)
            return Problems.Invalid(problems);
        var stored = await desk.ReplaceAsync(patient with { Version = expected }, versions[0], user.Actor(), cancel);
        await audit.WriteAsync(user, "patient.restore", id, $"version {wanted}");
        context.Response.SetVersion(stored.Version);
        return TypedResults.Ok(stored);
    }
}
