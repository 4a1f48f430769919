using System.Globalization;
using System.Text;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>InfluxDB's write calls, <c>/write</c> of version 1 and <c>/api/v2/write</c>.</summary>
internal static class WriteEndpoints
{
    // Longer answers help nobody; the rest is named by line number alone.
    private const int ReasonsShown = 100;
    private const int WarningsShown = 20;

    /// <summary>Adds the write calls.</summary>
    public static IEndpointConventionBuilder MapWrite(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Ingest");
        Describe(group.MapPost("/write", Version1Async), "writeLines1", "Send readings as InfluxDB 1.x line protocol", "ns, u, ms, s, m or h").Produces<WriteErrorV1>(StatusCodes.Status400BadRequest);
        Describe(group.MapPost("/api/v2/write", Version2Async), "writeLines2", "Send readings as InfluxDB 2.x line protocol", "ns, us, ms or s").Produces<WriteErrorV2>(StatusCodes.Status400BadRequest);
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

    private static RouteHandlerBuilder Describe(RouteHandlerBuilder endpoint, string name, string summary, string units) => endpoint
        .Describe(name, summary)
        .WithDescription("The header X-Warnings has what the sender should know of readings that were accepted.")
        .WithQuery<string>("precision", $"The unit of the timestamps: {units}; else ns.")
        .WithLines()
        .Produces(StatusCodes.Status204NoContent)
        .Produces(StatusCodes.Status413PayloadTooLarge);

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
            IngestServices.SetRetryAfter(context, refused.Status);
            return Error(version2, refused.Status, refused.Message);
        }
    }

    private static IResult Error(bool version2, int status, string message) => version2
        ? TypedResults.Json(new WriteErrorV2(CodeOf(status), message), statusCode: status)
        : TypedResults.Json(new WriteErrorV1(message), statusCode: status);

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

/// <summary>What is wrong, as InfluxDB 1.x says it.</summary>
internal sealed record WriteErrorV1(string Error);

/// <summary>What is wrong, as InfluxDB 2.x says it.</summary>
internal sealed record WriteErrorV2(string Code, string Message);
