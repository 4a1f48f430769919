using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Live;
using HealthDashboard.Shared;

namespace HealthDashboard.Patients;

/// <summary>Alarm limits over HTTP: the patient's own go before the ward's, and those before the default, sign by sign.</summary>
internal static class LimitEndpoints
{
    public static void MapLimits(this IEndpointRouteBuilder app)
    {
        var patient = app.MapGroup("/api/patients/{id}/limits").WithTags("Limits");
        patient.MapGet("", OfPatientAsync).RequireAuthorization(Policies.Viewer).Produces<LimitSheet>();
        patient.MapPut("", SetOfPatientAsync).RequireAuthorization(Policies.Clinician).Produces<LimitSheet>();
        patient.MapGet("history", HistoryOfPatientAsync).RequireAuthorization(Policies.Viewer).Produces<LimitHistory>();
        patient.MapGet("suggestion", SuggestAsync).RequireAuthorization(Policies.Viewer).Produces<LimitSheet>();

        var ward = app.MapGroup("/api/wards/{region}/{ward}/limits").WithTags("Limits");
        ward.MapGet("", OfWardAsync).RequireAuthorization(Policies.Viewer).Produces<LimitSheet>();
        ward.MapGet("history", HistoryOfWardAsync).RequireAuthorization(Policies.Viewer).Produces<LimitHistory>();
        ward.MapPut("", SetOfWardAsync).RequireAuthorization(AccountsServices.Allow([Roles.Doctor, Roles.Admin], null)).Produces<LimitSheet>();
    }

    private static async Task<IResult> OfPatientAsync(ObjectId id, LimitBook book, PatientDirectory directory, HttpResponse response, CancellationToken cancel) =>
        await directory.FindAsync(id, cancel) is { } known
            ? Answer(response, await book.OfPatientAsync(known.Patient, cancel))
            : Problems.NotFound("patient");

    private static async Task<IResult> SetOfPatientAsync(
        ObjectId id, JsonBody body, LimitBook book, PatientDirectory directory, Audit audit, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { } known)
            return Problems.NotFound("patient");
        if (await book.SetOfPatientAsync(known.Patient, body, context.Request.NeededVersion(), user.Actor(), cancel) is { } errors)
            return Problems.Invalid(errors);
        await audit.WriteAsync(user, "limits.update", id);
        return Answer(context.Response, await book.OfPatientAsync(known.Patient, cancel));
    }

    private static async Task<IResult> OfWardAsync(string region, string ward, LimitBook book, HttpResponse response, CancellationToken cancel) =>
        Answer(response, await book.OfWardAsync(region, ward, cancel));

    private static async Task<IResult> SetOfWardAsync(
        string region, string ward, JsonBody body, LimitBook book, IPatientStore patients, Audit audit, ClaimsPrincipal user, HttpContext context, CancellationToken cancel)
    {
        if ((await patients.SearchAsync(new PatientQuery(Region: region, Ward: ward, PageSize: 1), cancel)).Total == 0)
            return Problems.NotFound("ward");
        if (await book.SetOfWardAsync(region, ward, body, context.Request.NeededVersion(), user.Actor(), cancel) is { } errors)
            return Problems.Invalid(errors);
        await audit.WriteAsync(user, "limits.update", detail: $"ward {region}/{ward}");
        return Answer(context.Response, await book.OfWardAsync(region, ward, cancel));
    }

    /// <summary>A proposal around the patient's own values, with version and ETag of what it would replace. A clinician must confirm it.</summary>
    private static async Task<IResult> SuggestAsync(
        ObjectId id, LimitBook book, PatientDirectory directory, CurrentVitals current, AlarmRules rules, TimeProvider time, HttpResponse response, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is not { } known)
            return Problems.NotFound("patient");
        var proposed = SuggestLimits.From([.. current.Of(known).Select(value => value.Reading)], known.Limits, rules, time.GetUtcNow());
        var now = await book.OfPatientAsync(known.Patient, cancel);
        return Answer(response, now with { Limits = proposed.ToDictionary(p => p.Key.Info().Name, p => LimitLine.Of(p.Value, "patient")) });
    }

    private static async Task<IResult> HistoryOfPatientAsync(
        ObjectId id, LimitBook book, PatientDirectory directory, Audit audit, ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        var history = await book.HistoryAsync(LimitScope.OfPatient(id), cancel);
        await audit.WriteAsync(user, "limits.history", id);
        return TypedResults.Ok(new LimitHistory(history));
    }

    private static async Task<IResult> HistoryOfWardAsync(string region, string ward, LimitBook book, CancellationToken cancel) =>
        TypedResults.Ok(new LimitHistory(await book.HistoryAsync(LimitScope.OfWard(region, ward), cancel)));

    private static IResult Answer(HttpResponse response, LimitSheet sheet)
    {
        response.SetVersion(sheet.Version);
        return TypedResults.Ok(sheet);
    }
}
