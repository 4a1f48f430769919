using System.Text.Json;
using HealthDashboard.Data.Stores;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Shared;

/// <summary>Every error as problem+json [RFC 9457], with nothing in it of what went on inside.</summary>
internal sealed class Problems : IExceptionHandler
{
    private const string RetryAfterSeconds = "5";
    private static readonly PathString[] ProgramPaths = ["/api", "/hubs", "/openapi", "/health", "/_blazor", "/write", "/query", "/ping", "/fhir"];

    /// <summary>Whether the path is for programs, which want a status and not a page.</summary>
    public static bool IsForPrograms(PathString path) => Array.Exists(ProgramPaths, start => path.StartsWithSegments(start));

    /// <summary>400, with what is wrong by field.</summary>
    public static ValidationProblem Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, title: "The request is not valid.");

    /// <summary>400, with what is wrong with one field.</summary>
    public static ValidationProblem Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] });

    /// <summary>404 for something named in the address.</summary>
    public static NotFoundProblem NotFound(string what) => new(what);

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var (status, detail) = exception switch
        {
            StoreRefusedException refused => (StatusCodes.Status503ServiceUnavailable, refused.Message),
            StoreUnavailableException unavailable => (StatusCodes.Status503ServiceUnavailable, $"{unavailable.Store} is unavailable. Try again."),
            DamagedRecordException { Damage: var damage } => (StatusCodes.Status409Conflict,
                $"The record is damaged: cannot be read: {damage.FieldNames}. Nothing can be changed in it until it is mended in the store."),
            ConflictException { Reason: ConflictReason.Missing } missing => (StatusCodes.Status404NotFound, missing.Message),
            ConflictException { Reason: ConflictReason.Stale } stale => (StatusCodes.Status412PreconditionFailed, stale.Message),
            ConflictException duplicate => (StatusCodes.Status409Conflict, duplicate.Message),
            BadHttpRequestException bad => (bad.StatusCode, Explain(bad)),
            // The server reads it so, from a chunk size that no number holds.
            IOException { InnerException: OverflowException } => (StatusCodes.Status400BadRequest, "The body has a chunk size that is too large."),
            _ => (0, ""),
        };
        if (status == 0)
            return false;

        if (status == StatusCodes.Status503ServiceUnavailable)
            httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        await TypedResults.Problem(detail, statusCode: status).ExecuteAsync(httpContext);
        return true;
    }

    // A JSON error's own message names our types; its path and position are what the caller needs.
    private static string Explain(BadHttpRequestException bad) => bad.InnerException is JsonException json
        ? $"The JSON is not valid at {json.Path ?? "$"}, line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}."
        : bad.Message;
}
