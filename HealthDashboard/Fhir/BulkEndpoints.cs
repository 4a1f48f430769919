using System.Globalization;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Ingest;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Bulk export as HL7's Bulk Data Access has it, and the same way round for import: a job, its status, its files.</summary>
internal static class BulkEndpoints
{
    public static void MapBulk(this IEndpointRouteBuilder fhir)
    {
        var maxBytes = fhir.ServiceProvider.GetRequiredService<IOptions<FhirOptions>>().Value.MaxImportBytes;
        var export = fhir.MapGroup("$export").RequireAuthorization(Policies.Export);
        export.MapGet("", BeginExportAsync);
        fhir.MapGet("Patient/$export", BeginExportAsync).RequireAuthorization(Policies.Export);
        export.MapGet("{job}", ExportStatusAsync);
        export.MapGet("{job}/{file}", FileAsync);
        export.MapDelete("{job}", RemoveAsync);
        var import = fhir.MapGroup("$import").RequireAuthorization(Policies.BulkImport).WithMetadata(new RequestSizeLimitAttribute(maxBytes + 1));
        import.MapPost("", BeginImportAsync);
        import.MapGet("{job}", ImportStatusAsync);
        import.MapGet("{job}/refused.csv", RefusedAsync);
        import.MapDelete("{job}", RemoveAsync);
    }

    private static Task BeginExportAsync(HttpContext context)
    {
        var request = context.Request;
        if (!request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase))
            throw FhirException.Invalid("Send 'Prefer: respond-async': an export is not answered at once.");
        var format = request.Query["_outputFormat"].ToString();
        if (format.Length > 0 && !format.Contains("ndjson", StringComparison.OrdinalIgnoreCase))
            throw FhirException.Invalid($"_outputFormat is '{Excerpt.Of(format)}'; allowed is application/fhir+ndjson.");
        if (request.Query.Keys.FirstOrDefault(name => name is not ("_type" or "_since" or "_outputFormat")) is { } unknown)
            throw FhirException.Invalid($"'{Excerpt.Of(unknown)}' is not known; known are _type, _since and _outputFormat.");
        var types = request.Query["_type"].ToString() is { Length: > 0 } given ? given.Split(',') : [.. SearchTable.Served];
        if (Array.Find(types, type => SearchTable.Of(type) is null) is { } wrong)
            throw FhirException.Invalid($"_type has '{Excerpt.Of(wrong)}'; served are {string.Join(", ", SearchTable.Served)}.");
        DateTimeOffset? since = null;
        if (request.Query["_since"].ToString() is { Length: > 0 } time)
            since = TimeSpanOf.Parse(time) is { } span ? DateTimeOffset.FromUnixTimeMilliseconds(span.From) : throw FhirException.Invalid($"_since is '{Excerpt.Of(time)}'; allowed is a time such as 2026-01-31T08:00:00Z.");
        return AcceptAsync(context, Jobs(context).Export(context.User, types.Distinct(), since), "$export");
    }

    private static async Task BeginImportAsync(HttpContext context)
    {
        var type = (context.Request.ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
        BulkKind kind = type switch
        {
            "application/fhir+ndjson" or "application/ndjson" or "application/x-ndjson" => BulkKind.Ndjson,
            FhirJson.MediaType or "application/json" => BulkKind.Bundle,
            "text/csv" => BulkKind.Csv,
            _ => throw new FhirException(StatusCodes.Status415UnsupportedMediaType, R4.OperationOutcome.IssueType.NotSupported, $"Content-Type is '{Excerpt.Of(type)}'; allowed are application/fhir+ndjson, {FhirJson.MediaType} and text/csv."),
        };
        if (context.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            throw new FhirException(StatusCodes.Status415UnsupportedMediaType, R4.OperationOutcome.IssueType.NotSupported, $"Content-Encoding is '{Excerpt.Of(coding)}'; a file to import is sent unpacked.");
        // A large file over a slow line is no attack.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var job = await Jobs(context).ImportAsync(context.User, kind, "upload", [() => context.Request.Body], context.RequestAborted);
        await AcceptAsync(context, job, "$import");
    }

    private static Task AcceptAsync(HttpContext context, BulkJob job, string operation)
    {
        context.Response.Headers.ContentLocation = $"{ReadEndpoints.BaseOf(context.Request)}/{operation}/{job.Id}";
        return FhirJson.AnswerAsync(context, FhirJson.Outcome(R4.OperationOutcome.IssueType.Informational, "Accepted; Content-Location says how far it is.", R4.OperationOutcome.IssueSeverity.Information), StatusCodes.Status202Accepted);
    }

    private static async Task ExportStatusAsync(HttpContext context)
    {
        var job = JobOf(context);
        if (!await CheckOverAsync(context, job))
            return;
        var root = $"{ReadEndpoints.BaseOf(context.Request)}/$export";
        var (counts, _, _) = job.Counts();
        await WriteAsync(context, new
        {
            transactionTime = FhirJson.Instant(job.Begun),
            request = $"{root}?_type={job.Name}",
            requiresAccessToken = true,
            output = counts.Select(count => new { type = count.Key, url = $"{root}/{job.Id}/{count.Key}.ndjson", count = count.Value }),
            error = Array.Empty<object>(),
        });
    }

    private static async Task ImportStatusAsync(HttpContext context)
    {
        var job = JobOf(context);
        if (!await CheckOverAsync(context, job))
            return;
        var (kept, notKept, refused) = job.Counts();
        await WriteAsync(context, new
        {
            transactionTime = FhirJson.Instant(job.Begun),
            kept,
            notKept,
            refused = job.Refused,
            report = $"{ReadEndpoints.BaseOf(context.Request)}/$import/{job.Id}/refused.csv",
            firstRefused = refused.Select(line => new { line = line.Line, type = line.Type, reason = line.Reason }),
        });
    }

    // 202 while it goes on; an error where it failed.
    private static async Task<bool> CheckOverAsync(HttpContext context, BulkJob job)
    {
        if (job.State == BulkState.Failed)
            throw new FhirException(StatusCodes.Status500InternalServerError, R4.OperationOutcome.IssueType.Exception, job.Error ?? "It failed.");
        if (job.State == BulkState.Done)
        {
            context.Response.Headers.Expires = Jobs(context).Expires(job).UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
            return true;
        }
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers["X-Progress"] = string.Create(CultureInfo.InvariantCulture, $"{job.State.ToString().ToLowerInvariant()}, {job.Progress:P0}");
        context.Response.Headers.RetryAfter = "1";
        await context.Response.CompleteAsync();
        return false;
    }

    private static Task FileAsync(HttpContext context)
    {
        var job = JobOf(context);
        var name = (string)context.Request.RouteValues["file"]!;
        // By the names that it wrote, so that no other file is ever meant.
        if (job.State != BulkState.Done || !job.Counts().Kept.Keys.Any(type => $"{type}.ndjson" == name))
            throw FhirException.NotFound("$export", name);
        return TypedResults.PhysicalFile(Path.GetFullPath(Path.Combine(job.Folder, name)), "application/fhir+ndjson").ExecuteAsync(context);
    }

    private static Task RefusedAsync(HttpContext context)
    {
        var job = JobOf(context);
        return File.Exists(job.RefusedFile)
            ? TypedResults.PhysicalFile(Path.GetFullPath(job.RefusedFile), "text/csv; charset=utf-8", "refused.csv").ExecuteAsync(context)
            : throw FhirException.NotFound("$import", "refused.csv");
    }

    private static Task RemoveAsync(HttpContext context)
    {
        Jobs(context).Remove(JobOf(context));
        return FhirJson.AnswerAsync(context, FhirJson.Outcome(R4.OperationOutcome.IssueType.Informational, "Cancelled; its files are deleted.", R4.OperationOutcome.IssueSeverity.Information), StatusCodes.Status202Accepted);
    }

    private static Task WriteAsync<T>(HttpContext context, T answer)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, answer, JsonSerializerOptions.Web, context.RequestAborted);
    }

    private static BulkJob JobOf(HttpContext context) => (string)context.Request.RouteValues["job"]! is var id && Jobs(context).Find(id, context.User) is { } job && (job.Kind == BulkKind.Export) == context.Request.Path.StartsWithSegments("/fhir/$export")
        ? job
        : throw FhirException.NotFound("job", Excerpt.Of(id));

    private static BulkJobs Jobs(HttpContext context) => context.RequestServices.GetRequiredService<BulkJobs>();
}
