using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary><c>POST /api/vitals</c>: readings as JSON.</summary>
internal static class VitalsEndpoint
{
    /// <summary>Adds the endpoint.</summary>
    public static RouteHandlerBuilder MapVitals(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/vitals", PostAsync)
        .WithSummary("Send readings; the answer comes when they are durable")
        .WithTags("Ingest")
        .Produces<IntakeResult>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> PostAsync(HttpContext context, ReadingIntake intake, DeviceNames devices, IOptions<IngestOptions> options)
    {
        try
        {
            if (!context.Request.HasJsonContentType())
                throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json.");
            var result = await intake.TakeAsync(
                context, (body, batch, _) => JsonReadings.Parse(body, options.Value.MaxReadings, batch, devices));
            return result is { Accepted: 0, Rejected.Count: > 0 } ? NothingAccepted(result) : TypedResults.Ok(result);
        }
        catch (RequestRefusedException refused)
        {
            IngestServices.SetRetryAfter(context, refused.Status);
            return TypedResults.Problem(refused.Message, statusCode: refused.Status);
        }
    }

    // Nothing was kept, so it is no success; the members are those of the success, so that a sender reads both the same way.
    private static IResult NothingAccepted(IntakeResult result) => TypedResults.Problem(
        "None of the readings was accepted.",
        statusCode: StatusCodes.Status422UnprocessableEntity,
        extensions: new Dictionary<string, object?> { ["accepted"] = result.Accepted, ["rejected"] = result.Rejected });
}
