using HealthDashboard.Ingest;
using Microsoft.Extensions.Primitives;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>Reading and searching over HTTP.</summary>
internal static class ReadEndpoints
{
    private const int MostLast = 100;

    public static void MapReads(this IEndpointRouteBuilder fhir)
    {
        fhir.MapGet("{type}", SearchAsync);
        fhir.MapPost("{type}/_search", SearchByFormAsync);
        fhir.MapGet("{type}/{id}", FindAsync);
        fhir.MapGet("Patient/{id}/$everything", EverythingAsync);
        fhir.MapGet("Observation/$lastn", LastAsync);
    }

    /// <summary>Refuses an answer that is not JSON.</summary>
    /// <exception cref="FhirException">406.</exception>
    public static void CheckFormat(HttpRequest request)
    {
        var format = request.Query["_format"].ToString();
        var wanted = format.Length > 0 ? format : request.Headers.Accept.ToString();
        if (wanted.Length > 0 && !wanted.Contains("json", StringComparison.OrdinalIgnoreCase) && !wanted.Contains("*/*", StringComparison.Ordinal) && !wanted.Contains("application/*", StringComparison.OrdinalIgnoreCase) && !wanted.Contains("text/html", StringComparison.OrdinalIgnoreCase))
            throw new FhirException(StatusCodes.Status406NotAcceptable, R4.OperationOutcome.IssueType.NotSupported, $"'{Excerpt.Of(wanted)}' is not given; {FhirJson.MediaType} is.");
    }

    /// <summary>The address of this server's FHIR, as its caller reaches it.</summary>
    public static string BaseOf(HttpRequest request) => $"{request.Scheme}://{request.Host}{request.PathBase}/fhir";

    /// <summary>Answers with a resource and its version as ETag.</summary>
    public static Task AnswerAsync(HttpContext context, R4.Resource resource, int status = StatusCodes.Status200OK)
    {
        if (resource.Meta?.VersionId is { } version)
            context.Response.Headers.ETag = $"W/\"{version}\"";
        if (resource.Meta?.LastUpdated is { } updated)
            context.Response.Headers.LastModified = updated.UtcDateTime.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
        return FhirJson.AnswerAsync(context, resource, status);
    }

    private static async Task FindAsync(HttpContext context)
    {
        CheckFormat(context.Request);
        var type = TypeOf(context);
        var found = await Reads(context).FindAsync(type, (string)context.Request.RouteValues["id"]!, context.User, context.RequestAborted);
        await AnswerAsync(context, found);
    }

    private static Task SearchAsync(HttpContext context) => SearchAsync(context, context.Request.Query);

    private static async Task SearchByFormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            throw new FhirException(StatusCodes.Status415UnsupportedMediaType, R4.OperationOutcome.IssueType.NotSupported, "_search takes application/x-www-form-urlencoded.");
        await SearchAsync(context, [.. context.Request.Query, .. await context.Request.ReadFormAsync(context.RequestAborted)]);
    }

    private static async Task SearchAsync(HttpContext context, IEnumerable<KeyValuePair<string, StringValues>> parameters)
    {
        CheckFormat(context.Request);
        var query = SearchQuery.Read(TypeOf(context), context.Request, parameters);
        var page = await Reads(context).SearchAsync(query, context.User, context.RequestAborted);
        await FhirJson.AnswerAsync(context, Bundle(context, page, query, query.Type));
    }

    private static async Task EverythingAsync(HttpContext context)
    {
        CheckFormat(context.Request);
        var id = (string)context.Request.RouteValues["id"]!;
        var query = SearchQuery.Read("Patient", context.Request, context.Request.Query, "start", "end", "_type");
        var record = await context.RequestServices.GetRequiredService<RecordSource>().FindAsync(id, context.RequestAborted) ?? throw FhirException.NotFound("Patient", id);
        var types = context.Request.Query["_type"].ToString() is { Length: > 0 } given ? given.Split(',').ToHashSet(StringComparer.Ordinal) : null;
        var span = new TimeSpanOf(Time(context, "start")?.From ?? long.MinValue, Time(context, "end")?.To ?? long.MaxValue);
        var page = await Reads(context).EverythingAsync(record, types, span, query.Count, query.Cursor, context.User, context.RequestAborted);
        await FhirJson.AnswerAsync(context, Bundle(context, page, query, $"Patient/{id}/$everything"));
    }

    private static async Task LastAsync(HttpContext context)
    {
        CheckFormat(context.Request);
        var query = SearchQuery.Read("Observation", context.Request, context.Request.Query, "max");
        var most = context.Request.Query["max"].ToString() is not { Length: > 0 } text ? 1
            : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var given) && given is >= 1 and <= MostLast ? given
            : throw FhirException.Invalid($"max is '{Excerpt.Of(text)}'; allowed are whole numbers from 1 to {MostLast}.");
        if (query.Patients is not [var patient])
            throw FhirException.Invalid("$lastn is of one patient: give patient or subject.");
        var record = await context.RequestServices.GetRequiredService<RecordSource>().FindAsync(patient, context.RequestAborted);
        var items = record is null ? [] : await Reads(context).LastAsync(record.Id, query, most, context.User, context.RequestAborted);
        await FhirJson.AnswerAsync(context, Bundle(context, new FoundPage(items, null), query, "Observation/$lastn"));
    }

    private static R4.Bundle Bundle(HttpContext context, FoundPage page, SearchQuery query, string path)
    {
        var root = BaseOf(context.Request);
        var bundle = new R4.Bundle { Type = R4.Bundle.BundleType.Searchset };
        // How many there are in all is known only where all are on one page.
        if (page.Next is null && query.Cursor is null)
            bundle.Total = page.Items.Count;
        bundle.Link.Add(new() { Relation = "self", Url = query.Address($"{root}/{path}", query.Cursor) });
        if (page.Next is not null)
            bundle.Link.Add(new() { Relation = "next", Url = query.Address($"{root}/{path}", page.Next) });
        foreach (var item in page.Items)
            bundle.Entry.Add(new() { FullUrl = $"{root}/{item.TypeName}/{item.Id}", Resource = item, Search = new() { Mode = R4.Bundle.SearchEntryMode.Match } });
        if (query.Warnings.Count > 0)
        {
            var outcome = new R4.OperationOutcome { Id = "warnings" };
            foreach (var warning in query.Warnings)
                outcome.Issue.Add(new() { Severity = R4.OperationOutcome.IssueSeverity.Warning, Code = R4.OperationOutcome.IssueType.NotSupported, Diagnostics = warning });
            bundle.Entry.Add(new() { FullUrl = "urn:uuid:" + Guid.NewGuid(), Resource = outcome, Search = new() { Mode = R4.Bundle.SearchEntryMode.Outcome } });
        }
        return bundle;
    }

    private static TimeSpanOf? Time(HttpContext context, string name) => context.Request.Query[name].ToString() is not { Length: > 0 } text ? null
        : TimeSpanOf.Parse(text) ?? throw FhirException.Invalid($"{name} is '{Excerpt.Of(text)}'; allowed is a date such as 2026-01-31.");

    private static string TypeOf(HttpContext context) => (string)context.Request.RouteValues["type"]! is var type && SearchTable.Of(type) is not null ? type
        : throw new FhirException(StatusCodes.Status404NotFound, R4.OperationOutcome.IssueType.NotSupported, $"'{Excerpt.Of(type)}' is not served; served are {string.Join(", ", SearchTable.Served)}.");

    private static FhirReads Reads(HttpContext context) => context.RequestServices.GetRequiredService<FhirReads>();
}
