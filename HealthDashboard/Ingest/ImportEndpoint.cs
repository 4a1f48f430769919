using HealthDashboard.Accounts;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>
/// <c>POST /api/import/vitals</c>: readings of the past, from another system, as JSON or line protocol. They go straight to the store: no
/// alarm, no screen and no spool sees them.
/// </summary>
internal static class ImportEndpoint
{
    /// <summary>Adds the endpoint.</summary>
    public static void MapImport(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/import/vitals", PostAsync)
        .RequireAuthorization(Policies.Import)
        .WithTags("Ingest")
        .Describe("importVitals", "Bring in readings of the past; no alarm sees them")
        .WithDescription(
            "Takes readings that are older than a day, or than the raw retention where that is shorter. What is older than the raw retention "
            + "is kept as roll-ups of a minute and wider: send such a minute whole in one request, for it replaces what is there. Send a "
            + "request again when its answer is lost or 503: it changes nothing that is in already.")
        .WithQuery<string>("precision", "The unit of line protocol's timestamps: ns, us, ms or s; else ns.")
        .Accepts<ReadingsRequest>("application/json", "text/plain")
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .WithLines()
        .AnswersIntake();

    private static async Task<Results<Ok<IntakeResult>, ProblemHttpResult>> PostAsync(
        HttpContext context, ReadingIntake intake, DeviceNames devices, ReadingNames names, IOptions<IngestOptions> options)
    {
        try
        {
            var isJson = context.Request.HasJsonContentType();
            if (!isJson && !(context.Request.ContentType ?? "").StartsWith("text/plain", StringComparison.OrdinalIgnoreCase))
                throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json, or text/plain for line protocol.");
            var precision = WriteEndpoints.PrecisionOf(context.Request, version2: true);
            return VitalsEndpoint.Answer(await intake.ImportAsync(context, (body, batch, now) =>
            {
                if (isJson)
                    JsonReadings.Parse(body, options.Value.MaxReadings, batch, devices);
                else
                    new LineReadings(batch, devices, names, precision, now, options.Value.MaxLineReadings).Parse(body);
            }));
        }
        catch (RequestRefusedException refused)
        {
            return VitalsEndpoint.Refuse(context, refused);
        }
    }
}
