using System.Security.Claims;
using System.Text;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.CareTeam;

/// <summary>The answers about care teams as tables, and recording a referral, over HTTP.</summary>
internal static class QuestionEndpoints
{
    private const string Csv = "text/csv";
    private const int LongestWard = 400;

    public static void MapQuestions(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/clinicians/{id}/referrals", ReferAsync).RequireAuthorization(Policies.Clinician).WithTags("Care team")
            .Describe("recordReferral", "Records that a clinician refers patients to another. Idempotent.").WithBody<ReferralRequest>().MayConflict();
        var tables = app.MapGroup("/api/care-team").WithTags("Care team");
        tables.MapGet("cover.csv", CoverAsync).RequireAuthorization(Policies.Viewer).WithMetadata(new RecordRouteAttribute("export.cover"))
            .Describe("downloadCover", "Whom alerts of each patient of a ward are escalated to, as a table")
            .WithQuery<string>("ward", "The ward, as North/ICU.", isRequired: true).WithQuery<DateTimeOffset>("at", "When; else now.").Produces<string>(StatusCodes.Status200OK, Csv);
        tables.MapGet("workload.csv", WorkloadAsync).RequireAuthorization(Policies.Viewer).WithMetadata(new RecordRouteAttribute("export.workload"))
            .Describe("downloadWorkload", "How many patients each clinician has, as a table")
            .WithQuery<string>("ward", "Only who works on this ward, as North/ICU, or across the wards of its region.").WithQuery<WorkloadSort>("sort", "By what it is sorted.")
            .WithQuery<string>("reversed", "1 to turn the order round.").WithQuery<DateTimeOffset>("at", "When; else now.").Produces<string>(StatusCodes.Status200OK, Csv);
        tables.MapGet("patients.csv", PatientsAsync).RequireAuthorization(Policies.Viewer).WithMetadata(new RecordRouteAttribute("export.carePatients"))
            .Describe("downloadCarePatients", "The patients of a clinician, or those whom two share, as a table")
            .WithDescription("A person is given those of their wards and their care.")
            .WithQuery<ObjectId>("clinician", "The clinician.", isRequired: true).WithQuery<ObjectId>("other", "A second one, for those whom both care for.")
            .WithQuery<DateTimeOffset>("at", "When; else now.").Produces<string>(StatusCodes.Status200OK, Csv);
        app.MapGet("/api/patients/{id}/contacts.csv", ContactsAsync).RequireAuthorization(Policies.Clinician).WithTags("Care team").WithMetadata(new RecordRouteAttribute("export.contacts"))
            .Describe("downloadContacts", "Who shared a nurse or a room with a patient, as a table")
            .WithDescription("A person is given those of their wards and their care.")
            .WithQuery<int>("hours", $"In the last hours, 1 to {QuestionFilter.MostHours}; else 24.").Produces<string>(StatusCodes.Status200OK, Csv);
    }

    private static async Task<Results<NoContent, ValidationProblem, NotFoundProblem>> ReferAsync(ObjectId id, JsonBody body, ClinicianAdmin admin, ClaimsPrincipal user, CancellationToken cancel)
    {
        if (await admin.FindAsync(id, cancel) is not { } from)
            return Problems.NotFound("clinician");
        var fields = body.Fields;
        return await admin.ReferAsync(user, from, fields, cancel) is null ? Problems.Invalid(fields.Errors) : TypedResults.NoContent();
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> CoverAsync(QueryFields query, CareQuestions questions, ClaimsPrincipal user, TimeProvider time, CancellationToken cancel)
    {
        var at = query.Time("at", time.GetUtcNow());
        var ward = WardOf(query, query.NeededText("ward", LongestWard));
        return query.Errors is { Count: > 0 } errors ? Problems.Invalid(errors) : File("cover", QuestionCsv.Write((await questions.CoverAsync(ward!, at, user, cancel)).Patients), time);
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> WorkloadAsync(QueryFields query, CareQuestions questions, TimeProvider time, CancellationToken cancel)
    {
        var at = query.Time("at", time.GetUtcNow());
        var ward = query.Text("ward", LongestWard) is { } text ? WardOf(query, text) : null;
        var (sort, reversed) = (query.OptionalChoice<WorkloadSort>("sort") ?? WorkloadSort.Patients, query.Text("reversed", 1) is not null);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return File("workload", QuestionCsv.Write(await questions.WorkloadAsync(ward, at, sort, reversed, cancel)), time);
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> PatientsAsync(QueryFields query, CareQuestions questions, ClaimsPrincipal user, TimeProvider time, CancellationToken cancel)
    {
        var at = query.Time("at", time.GetUtcNow());
        var clinician = query.Id("clinician");
        var other = query.Text("other", 2 * ObjectId.Size) is null ? (ObjectId?)null : query.Id("other");
        return query.Errors is { Count: > 0 } errors ? Problems.Invalid(errors) : File("patients", QuestionCsv.Write((await questions.PatientsAsync(clinician, other, at, user, cancel)).Shown), time);
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem, NotFoundProblem>> ContactsAsync(
        ObjectId id, QueryFields query, PatientDirectory directory, CareQuestions questions, ClaimsPrincipal user, TimeProvider time, CancellationToken cancel)
    {
        var hours = query.Whole("hours", 1, QuestionFilter.MostHours, QuestionFilter.Stretches[0]);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        if (await directory.FindAsync(id, cancel) is null)
            return Problems.NotFound("patient");
        return File("contacts", QuestionCsv.Write((await questions.ContactsAsync(id, hours, user, cancel)).Shown), time);
    }

    private static WardKey? WardOf(QueryFields query, string text)
    {
        var ward = WardAddress.Parse(text);
        if (ward is null)
            query.Add("ward", $"is '{text}'; allowed is a region and a ward, as North/ICU.");
        return ward;
    }

    private static FileContentHttpResult File(string what, string table, TimeProvider clock) =>
        TypedResults.File(Encoding.UTF8.GetBytes(table), $"{Csv}; charset=utf-8", $"{what}-{clock.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
}
