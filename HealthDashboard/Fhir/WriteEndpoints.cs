using HealthDashboard.Ingest;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Creating one resource, and updating a Patient, over HTTP.</summary>
internal static class WriteEndpoints
{
    private const int MaxResourceBytes = 1024 * 1024;

    public static void MapWrites(this IEndpointRouteBuilder fhir)
    {
        fhir.MapPost("{type}", CreateAsync);
        fhir.MapPut("Patient/{id}", UpdateAsync);
    }

    private static async Task CreateAsync(HttpContext context)
    {
        var entry = await ReadAsync(context, (string)context.Request.RouteValues["type"]!);
        var ifNoneExist = context.Request.Headers["If-None-Exist"].ToString();
        entry.IfNoneExist = ifNoneExist.Length > 0 ? ifNoneExist : null;
        await ImportAsync(context, entry);
        if (!entry.IsKept)
            throw new FhirException(StatusCodes.Status422UnprocessableEntity, R4.OperationOutcome.IssueType.NotSupported, $"Nothing of it is kept: {entry.Reason}.");
        // A number that is here already: without a condition that was meant as another.
        if (entry is { Type: "Patient", Status: StatusCodes.Status200OK, IfNoneExist: null })
            throw new FhirException(StatusCodes.Status409Conflict, R4.OperationOutcome.IssueType.Duplicate, $"The medical record number is that of {entry.Location}.");
        await AnswerAsync(context, entry);
    }

    private static async Task UpdateAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var match = context.Request.Headers.IfMatch.ToString();
        if (match.Length == 0)
            throw new FhirException(StatusCodes.Status428PreconditionRequired, R4.OperationOutcome.IssueType.Required, "Send the Patient's ETag as If-Match, so that nobody's change is lost.");
        var entry = await ReadAsync(context, "Patient");
        if (entry.Id != id)
            throw FhirException.Invalid($"Patient.id is '{Excerpt.Of(entry.Id)}'; it must be that of the address.");
        (entry.Method, entry.Url, entry.IfMatch) = ("PUT", $"Patient/{id}", match);
        // 410 for one that was deleted.
        _ = await context.RequestServices.GetRequiredService<RecordSource>().FindAsync(id, context.RequestAborted) ?? throw FhirException.NotFound("Patient", id);
        await ImportAsync(context, entry);
        await AnswerAsync(context, entry);
    }

    private static async Task<Entry> ReadAsync(HttpContext context, string type)
    {
        if (!BundleReader.Kept.Contains(type))
            throw new FhirException(StatusCodes.Status404NotFound, R4.OperationOutcome.IssueType.NotSupported, $"'{Excerpt.Of(type)}' is not accepted; allowed are {string.Join(", ", BundleReader.Kept)}.");
        BundleEndpoint.CheckMediaType(context.Request);
        using var body = await BundleEndpoint.ReadBodyAsync(context, MaxResourceBytes);
        return BundleReader.ReadOne(body.Span, type);
    }

    // One resource is a transaction of one.
    private static async Task ImportAsync(HttpContext context, Entry entry)
    {
        if (entry.IsRefused)
            throw new FhirException(entry.Status, FhirErrors.CodeOf(entry.Status), entry.Reason!);
        await context.RequestServices.GetRequiredService<BundleImport>().ImportAsync(new BundleContent(false, true, [entry]), context.User, context.RequestAborted);
        if (entry.IsRefused)
            throw new FhirException(entry.Status, FhirErrors.CodeOf(entry.Status), entry.Reason!);
    }

    private static async Task AnswerAsync(HttpContext context, Entry entry)
    {
        if (entry.Location is { } location)
            context.Response.Headers.Location = $"{ReadEndpoints.BaseOf(context.Request)}/{location}";
        if (entry.Location?.Split('/') is [var type, var id])
            await ReadEndpoints.AnswerAsync(context, await context.RequestServices.GetRequiredService<FhirReads>().FindAsync(type, id, context.User, context.RequestAborted), entry.Status);
        else
            await FhirJson.AnswerAsync(context, FhirJson.Outcome(R4.OperationOutcome.IssueType.Informational, "It is kept.", R4.OperationOutcome.IssueSeverity.Information), entry.Status);
    }
}
