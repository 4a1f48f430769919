using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>InfluxDB's write calls, <c>/write</c> of version 1 and <c>/api/v2/write</c>.</summary>
internal static class WriteEndpoints
{
    // Longer answers help nobody; the rest is told by line number alone.
    private const int ReasonsShown = 100;
    private const int WarningsShown = 20;

    /// <summary>Adds the write calls.</summary>
    public static IEndpointConventionBuilder MapWrite(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Ingest");
        Describe(group.MapPost("/write", Version1Async), "Send readings as InfluxDB 1.x line protocol");
        Describe(group.MapPost("/api/v2/write", Version2Async), "Send readings as InfluxDB 2.x line protocol");
        return group;
    }

    /// <summary>The unit of the lines' timestamps.</summary>
    /// <exception cref="RequestRefusedException">400: there is no such unit.</exception>
    public static TimestampPrecision PrecisionOf(HttpRequest request, bool version2)
    {
        var unit = request.Query["precision"].ToString();
        return TimestampPrecision.Find(unit, version2) ?? throw new RequestRefusedException(
            StatusCodes.Status400BadRequest,
            $"precision '{Excerpt.Of(unit)}' is not known, allowed are {(version2 ? "ns, us, ms, s" : "ns, u, ms, s, m, h")}");
    }

    private static void Describe(RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .WithDescription("The header X-Warnings has what the sender should know of readings that were accepted.")
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status400BadRequest)
        .Produces(StatusCodes.Status413PayloadTooLarge)
        .Produces(StatusCodes.Status503ServiceUnavailable);

    private static Task<IResult> Version1Async(HttpContext context, ReadingIntake intake, DeviceNames devices, ReadingNames names, IOptions<IngestOptions> options) =>
        TakeAsync(context, intake, devices, names, options.Value, version2: false);

    private static Task<IResult> Version2Async(HttpContext context, ReadingIntake intake, DeviceNames devices, ReadingNames names, IOptions<IngestOptions> options) =>
        TakeAsync(context, intake, devices, names, options.Value, version2: true);

    private static async Task<IResult> TakeAsync(
        HttpContext context, ReadingIntake intake, DeviceNames devices, ReadingNames names, IngestOptions options, bool version2)
    {
        try
        {
            var precision = PrecisionOf(context.Request, version2);
            var result = await intake.TakeAsync(
                context,
                (body, batch, now) => new LineReadings(batch, devices, names, precision, now, options.MaxLineReadings).Parse(body));
            if (result.Warnings is { } warnings)
                context.Response.Headers["X-Warnings"] = Warnings(warnings);
            return result.Rejected.Count == 0
                ? TypedResults.NoContent()
                : Error(version2, StatusCodes.Status400BadRequest, $"partial write: {Reasons(result.Rejected)} dropped={result.Rejected.Count} written={result.Accepted}");
        }
        catch (RequestRefusedException refused)
        {
            IngestFeature.SetRetryAfter(context, refused.Status);
            return Error(version2, refused.Status, refused.Message);
        }
    }

    private static IResult Error(bool version2, int status, string message) => version2
        ? TypedResults.Json(new { code = CodeOf(status), message }, statusCode: status)
        : TypedResults.Json(new { error = message }, statusCode: status);

    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "request too large",
        StatusCodes.Status415UnsupportedMediaType => "unsupported media type",
        StatusCodes.Status503ServiceUnavailable => "unavailable",
        _ => "invalid",
    };

    // In a header, because InfluxDB's clients read no body of a success.
    private static string Warnings(IReadOnlyList<string> warnings) =>
        string.Join("; ", warnings.Take(WarningsShown)) + (warnings.Count > WarningsShown ? $"; and {warnings.Count - WarningsShown} more" : "");

    private static string Reasons(IReadOnlyList<Rejection> rejected)
    {
        var text = new StringBuilder();
        foreach (var (line, reason) in rejected.Take(ReasonsShown))
            text.Append(CultureInfo.InvariantCulture, $"line {line}: {reason}; ");
        var others = rejected.Skip(ReasonsShown).Select(rejection => rejection.Index).Distinct().ToList();
        if (others.Count > 0)
            text.Append("and lines ").AppendJoin(", ", others).Append("; ");
        return text.ToString().TrimEnd();
    }
}
