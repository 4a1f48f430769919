using System.Text;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Access;

/// <summary>The audit over HTTP, for auditors.</summary>
internal static class AuditEndpoints
{
    private const int MostRows = 1_000;

    /// <summary>How many rows a file has at most.</summary>
    public const int MostInFile = 100_000;

    public static void MapAudit(this IEndpointRouteBuilder app)
    {
        var audit = app.MapGroup("/api/audit").RequireAuthorization(Policies.Audit).WithTags("Audit");
        WithFilters(audit.MapGet("", ListAsync).Describe("listAudit", "Who did what and who looked at whom, the latest first"))
            .WithQuery<string>("next", "The next of the page before.")
            .WithQuery<int>("limit", $"Rows on a page, 1 to {MostRows}; else 100.")
            .WithMetadata(new RecordRouteAttribute("look.audit"));
        WithFilters(app.MapGet("/api/audit.csv", DownloadAsync).RequireAuthorization(Policies.Audit).WithTags("Audit")
            .Describe("downloadAudit", $"The same as a table, at most {MostInFile} rows"))
            .Produces<string>(StatusCodes.Status200OK, AuditCsv.Type)
            .WithMetadata(new RecordRouteAttribute("export.audit"));
        audit.MapGet("verify", VerifyAsync).Describe("verifyAudit", "Walks every chain and names the first row of each that is not as it was written")
            .WithMetadata(new RecordRouteAttribute("audit.verify"));
    }

    private static RouteHandlerBuilder WithFilters(RouteHandlerBuilder route) => route
        .WithQuery<string>("who", "Only this account or key.")
        .WithQuery<ObjectId>("patient", "Only about this patient.")
        .WithQuery<string>("action", "Only this action, or those that begin with it and a point: look finds look.vitals.")
        .WithQuery<DateTimeOffset>("from", "The first moment.")
        .WithQuery<DateTimeOffset>("to", "The moment after the last.");

    private static async Task<Results<Ok<AuditList>, ValidationProblem>> ListAsync(QueryFields query, AuditReader reader, CancellationToken cancel)
    {
        var wanted = Read(query) with { Limit = query.Whole("limit", 1, MostRows, fallback: 100) };
        if (query.Text("next", 128) is { } next)
        {
            wanted = wanted with { Before = AuditReader.ParsePlace(next) };
            if (wanted.Before is null)
                query.Add("next", "is not the next of a page.");
        }
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var page = await reader.FindAsync(wanted, cancel);
        return TypedResults.Ok(new AuditList([.. page.Rows.Select(AuditItem.Of)], page.Next));
    }

    private static async Task<Results<FileContentHttpResult, ValidationProblem>> DownloadAsync(QueryFields query, AuditReader reader, TimeProvider time, CancellationToken cancel)
    {
        var wanted = Read(query) with { Limit = MostRows };
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var text = new StringBuilder(AuditCsv.Header);
        var written = 0;
        while (written < MostInFile)
        {
            var page = await reader.FindAsync(wanted, cancel);
            foreach (var row in page.Rows)
                AuditCsv.Add(text, row);
            written += page.Rows.Count;
            if (page.Next is null)
                break;
            wanted = wanted with { Before = AuditReader.ParsePlace(page.Next) };
        }
        return TypedResults.File(Encoding.UTF8.GetBytes(text.ToString()), $"{AuditCsv.Type}; charset=utf-8", $"audit-{time.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
    }

    private static async Task<Ok<AuditVerification>> VerifyAsync(AuditReader reader, CancellationToken cancel) => TypedResults.Ok(await reader.VerifyAsync(cancel));

    private static AuditQuery Read(QueryFields query) => new(
        query.Text("who", 64),
        query.Text("patient", 2 * ObjectId.Size) is null ? null : query.Id("patient"),
        query.Text("action", 64),
        query.Text("from", 64) is null ? null : query.Time("from", default),
        query.Text("to", 64) is null ? null : query.Time("to", default));
}

/// <param name="Items">The rows of this page, the latest first.</param>
/// <param name="Next">What the next page is asked for with; null on the last.</param>
internal sealed record AuditList(IReadOnlyList<AuditItem> Items, string? Next);

/// <summary>A row of the audit, as <see cref="AuditEntry"/> and <see cref="AuditRow"/> describe it.</summary>
internal sealed record AuditItem(
    string Chain,
    long Sequence,
    DateTimeOffset Time,
    string Who,
    string Action,
    ObjectId? Patient,
    string? Detail,
    string? From,
    string? Reason,
    string? Before,
    string? After,
    string Hash)
{
    public static AuditItem Of(AuditRow row) => new(
        row.Chain,
        row.Sequence,
        row.Entry.Time,
        row.Entry.Actor,
        row.Entry.Action,
        row.Entry.PatientId,
        row.Entry.Detail,
        row.Entry.From,
        row.Entry.Reason,
        row.Entry.Before,
        row.Entry.After,
        row.Hash);
}
