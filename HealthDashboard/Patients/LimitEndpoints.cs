using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Patients;

/// <summary>Alarm limits over HTTP: the patient's own go before the ward's, and those before the default, sign by sign.</summary>
internal static class LimitEndpoints
{
    public static void MapLimits(this IEndpointRouteBuilder app)
    {
        var patient = app.MapGroup("/api/patients/{id}/limits").WithTags("Limits");
        patient.MapGet("", OfPatientAsync).RequireAuthorization(Policies.Viewer).Describe("getPatientLimits", "The alarm limits that hold for a patient").GivesVersion();
        patient.MapPut("", SetOfPatientAsync).RequireAuthorization(Policies.Clinician).Describe("setPatientLimits", "Set a patient's own alarm limits")
            .WithBody<LimitsRequest>().NeedsVersion().GivesVersion();
        patient.MapGet("history", HistoryOfPatientAsync).RequireAuthorization(Policies.Viewer).Describe("getPatientLimitHistory", "What was set for a patient, by whom and why");
        patient.MapGet("suggestion", SuggestAsync).RequireAuthorization(Policies.Viewer)
            .Describe("suggestPatientLimits", "Limits around the patient's own values, for a clinician to confirm").GivesVersion();

        var ward = app.MapGroup("/api/wards/{region}/{ward}/limits").WithTags("Limits");
        ward.MapGet("", OfWardAsync).RequireAuthorization(Policies.Viewer).Describe("getWardLimits", "The alarm limits that hold in a ward").GivesVersion();
        ward.MapGet("history", HistoryOfWardAsync).RequireAuthorization(Policies.Viewer).Describe("getWardLimitHistory", "What was set for a ward, by whom and why");
        ward.MapPut("", SetOfWardAsync).RequireAuthorization(Policies.WardLimits)
            .Describe("setWardLimits", "Set a ward's alarm limits; for doctors and administrators, not for keys").WithBody<LimitsRequest>().NeedsVersion().GivesVersion();
    }

    private static async Task<Results<Ok<LimitSheet>, NotFoundProblem>> OfPatientAsync(ObjectId id, LimitBook book, PatientDirectory directory, HttpResponse response, CancellationToken cancel) =>
        await directory.FindAsync(id, cancel) is { } known
            ? Answer(response, await book.OfPatientAsync(known.Patient, cancel))
            : Problems.NotFound("patient");

    private static async Task<Results<Ok<LimitSheet>, ValidationProblem, NotFoundProblem>> SetOfPatientAsync(
        ObjectId id, JsonBody body, LimitBook book, PatientDirectory directory, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { } known)
            return Problems.NotFound("patient");
        if (await book.SetOfPatientAsync(known.Patient, body, context.Request.NeededVersion(), user, cancel) is { } errors)
            return Problems.Invalid(errors);
        return Answer(context.Response, await book.OfPatientAsync(known.Patient, cancel));
    }

    private static async Task<Results<Ok<LimitSheet>, NotFoundProblem>> OfWardAsync(
        string region, string ward, LimitBook book, IPatientStore patients, HttpResponse response, CancellationToken cancel)
    {
        var key = WardAddress.Of(region, ward);
        var sheet = await book.OfWardAsync(key.Region, key.Ward, cancel);
        // Limits that were set can be read while the ward is empty.
        return sheet.Version > 0 || await HasPatientsAsync(key, patients, cancel) ? Answer(response, sheet) : Problems.NotFound("ward");
    }

    private static async Task<Results<Ok<LimitSheet>, ValidationProblem, NotFoundProblem>> SetOfWardAsync(
        string region, string ward, JsonBody body, LimitBook book, IPatientStore patients, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        var key = WardAddress.Of(region, ward);
        if (!await HasPatientsAsync(key, patients, cancel))
            return Problems.NotFound("ward");
        if (await book.SetOfWardAsync(key.Region, key.Ward, body, context.Request.NeededVersion(), user, cancel) is { } errors)
            return Problems.Invalid(errors);
        return Answer(context.Response, await book.OfWardAsync(key.Region, key.Ward, cancel));
    }

    private static async Task<bool> HasPatientsAsync(WardKey ward, IPatientStore patients, CancellationToken cancel) =>
        (await patients.SearchAsync(new PatientQuery(Region: ward.Region, Ward: ward.Ward, PageSize: 1), cancel)).Total > 0;

    /// <summary>A proposal around the patient's own values, with version and ETag of what it would replace. A clinician must confirm it.</summary>
    private static async Task<Results<Ok<LimitSheet>, NotFoundProblem>> SuggestAsync(
        ObjectId id, LimitBook book, PatientDirectory directory, CurrentVitals current, AlarmRules rules, TimeProvider time, HttpResponse response, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { } known)
            return Problems.NotFound("patient");
        var proposed = SuggestLimits.From([.. current.Of(known).Select(value => value.Reading)], known.Limits, rules, time.GetUtcNow());
        var now = await book.OfPatientAsync(known.Patient, cancel);
        return Answer(response, now with { Limits = proposed.ToDictionary(p => p.Key.Info().Name, p => LimitLine.Of(p.Value, "patient")) });
    }

    private static async Task<Results<Ok<LimitHistory>, NotFoundProblem>> HistoryOfPatientAsync(
        ObjectId id, LimitBook book, PatientDirectory directory, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        return TypedResults.Ok(new LimitHistory(await book.HistoryAsync(LimitScope.OfPatient(id), cancel)));
    }

    private static async Task<Results<Ok<LimitHistory>, NotFoundProblem>> HistoryOfWardAsync(
        string region, string ward, LimitBook book, IPatientStore patients, CancellationToken cancel)
    {
        var key = WardAddress.Of(region, ward);
        var history = await book.HistoryAsync(LimitScope.OfWard(key.Region, key.Ward), cancel);
        return history.Count > 0 || await HasPatientsAsync(key, patients, cancel) ? TypedResults.Ok(new LimitHistory(history)) : Problems.NotFound("ward");
    }

    private static Ok<LimitSheet> Answer(HttpResponse response, LimitSheet sheet)
    {
        response.SetVersion(sheet.Version);
        return TypedResults.Ok(sheet);
    }
}
