using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary><c>POST /api/vitals</c>: readings as JSON.</summary>
internal static class VitalsEndpoint
{
    /// <summary>Adds the endpoint.</summary>
    public static RouteHandlerBuilder MapVitals(this IEndpointRouteBuilder routes) => routes
        .MapPost("/api/vitals", PostAsync)
        .WithTags("Ingest")
        .Describe("sendVitals", "Send readings; the answer comes when they are durable")
        .WithBody<ReadingsRequest>()
        .AnswersIntake();

    /// <summary>The answers of <see cref="Answer"/> and <see cref="Refuse"/>.</summary>
    public static RouteHandlerBuilder AnswersIntake(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    /// <summary>The answer to a request whose readings were looked at.</summary>
    public static Results<Ok<IntakeResult>, ProblemHttpResult> Answer(IntakeResult result) =>
        result is { Accepted: 0, Rejected.Count: > 0 } ? NothingAccepted(result) : TypedResults.Ok(result);

    /// <summary>The answer to a request that is refused as a whole.</summary>
    public static ProblemHttpResult Refuse(HttpContext context, RequestRefusedException refused)
    {
        IngestServices.SetRetryAfter(context, refused.Status);
        return TypedResults.Problem(refused.Message, statusCode: refused.Status);
    }

    private static async Task<Results<Ok<IntakeResult>, ProblemHttpResult>> PostAsync(HttpContext context, ReadingIntake intake, DeviceNames devices, IOptions<IngestOptions> options)
    {
        try
        {
            if (!context.Request.HasJsonContentType())
                throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "Content-Type must be application/json.");
            return Answer(await intake.TakeAsync(
                context, (body, batch, _) => JsonReadings.Parse(body, options.Value.MaxReadings, batch, devices)));
        }
        catch (RequestRefusedException refused)
        {
            return Refuse(context, refused);
        }
    }

    // Nothing was kept, so it is no success; the members are those of the success, so that a sender reads both the same way.
    private static ProblemHttpResult NothingAccepted(IntakeResult result) => TypedResults.Problem(
        "None of the readings was accepted.",
        statusCode: StatusCodes.Status422UnprocessableEntity,
        extensions: new Dictionary<string, object?> { ["accepted"] = result.Accepted, ["rejected"] = result.Rejected });
}
