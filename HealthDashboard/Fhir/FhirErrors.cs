using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using R4 = Hl7.Fhir.Model;

namespace HealthDashboard.Fhir;

/// <summary>
/// Every error under <c>/fhir</c> as an OperationOutcome, whoever in the pipeline says it: sign-in, limits, routing, stores. It stands in
/// front of all of them, and leaves every answer that is none of these alone.
/// </summary>
internal sealed class FhirErrors : IStartupFilter, IExceptionHandler
{
    private const string ProblemJson = "application/problem+json";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.UseWhen(static context => context.Request.Path.StartsWithSegments("/fhir"), static fhir => fhir.Use(HandleAsync));
        next(app);
    };

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not FhirException refused || httpContext.Response.HasStarted)
            return false;
        var outcome = FhirJson.Outcome(refused.Code, refused.Message);
        foreach (var (where, why) in refused.Issues)
            outcome.Issue.Add(new() { Severity = R4.OperationOutcome.IssueSeverity.Error, Code = refused.Code, Diagnostics = why, Expression = [where] });
        await AnswerAsync(httpContext, outcome, refused.Status);
        return true;
    }

    /// <summary>FHIR's kind of issue for a status.</summary>
    public static R4.OperationOutcome.IssueType CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => R4.OperationOutcome.IssueType.Login,
        StatusCodes.Status403Forbidden => R4.OperationOutcome.IssueType.Forbidden,
        StatusCodes.Status404NotFound => R4.OperationOutcome.IssueType.NotFound,
        StatusCodes.Status405MethodNotAllowed or StatusCodes.Status415UnsupportedMediaType or StatusCodes.Status406NotAcceptable => R4.OperationOutcome.IssueType.NotSupported,
        StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed => R4.OperationOutcome.IssueType.Conflict,
        StatusCodes.Status410Gone => R4.OperationOutcome.IssueType.Deleted,
        StatusCodes.Status413PayloadTooLarge => R4.OperationOutcome.IssueType.TooLong,
        StatusCodes.Status422UnprocessableEntity => R4.OperationOutcome.IssueType.BusinessRule,
        StatusCodes.Status428PreconditionRequired => R4.OperationOutcome.IssueType.Required,
        StatusCodes.Status429TooManyRequests => R4.OperationOutcome.IssueType.Throttled,
        StatusCodes.Status503ServiceUnavailable => R4.OperationOutcome.IssueType.Transient,
        >= 500 => R4.OperationOutcome.IssueType.Exception,
        _ => R4.OperationOutcome.IssueType.Invalid,
    };

    private static async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var answer = context.Response.Body;
        var held = new HeldProblem(context.Response, answer);
        context.Response.Body = held;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = answer;
        }
        if (context.Response.HasStarted || (context.Response.StatusCode < 400 && held.Problem is null))
            return;
        var status = context.Response.StatusCode;
        if (held.Problem is null && context.Response.ContentLength > 0)
            return;
        await AnswerAsync(context, FhirJson.Outcome(CodeOf(status), DetailOf(held.Problem) ?? WordsOf(status)), status);
    }

    private static Task AnswerAsync(HttpContext context, R4.Resource outcome, int status)
    {
        if (status == StatusCodes.Status503ServiceUnavailable && context.Response.Headers.RetryAfter.Count == 0)
            context.Response.Headers.RetryAfter = "5";
        return FhirJson.AnswerAsync(context, outcome, status);
    }

    private static string? DetailOf(MemoryStream? problem)
    {
        if (problem is null)
            return null;
        try
        {
            using var json = JsonDocument.Parse(problem.GetBuffer().AsMemory(0, (int)problem.Length));
            var (detail, title) = (Text(json.RootElement, "detail"), Text(json.RootElement, "title"));
            return detail ?? title;
        }
        catch (JsonException)
        {
            return null;
        }

        static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    private static string WordsOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing here.",
        StatusCodes.Status405MethodNotAllowed => "This cannot be done here.",
        _ => $"The request ended with status {status}.",
    };

    /// <summary>Holds back a body that is a problem or a page of an error, and lets every other through.</summary>
    private sealed class HeldProblem(HttpResponse response, Stream answer) : Stream
    {
        public MemoryStream? Problem { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        private Stream Target => Problem ?? (response is { HasStarted: false, StatusCode: >= 400 } && !IsOurs(response.ContentType) ? Problem = new MemoryStream() : answer);

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Problem is null && (response.HasStarted || response.StatusCode < 400) ? answer.FlushAsync(cancellationToken) : Task.CompletedTask;

        public override void Write(byte[] buffer, int offset, int count) => Target.Write(buffer, offset, count);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Target.WriteAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Target.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private static bool IsOurs(string? type) => type is not null && !type.StartsWith(ProblemType, StringComparison.OrdinalIgnoreCase) && !type.StartsWith("text/", StringComparison.OrdinalIgnoreCase);

        private const string ProblemType = FhirErrors.ProblemJson;
    }
}
