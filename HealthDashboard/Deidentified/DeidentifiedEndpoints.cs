using System.Security.Claims;
using System.Text;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Deidentified;

/// <summary>The history of alerts without what says whose they are, as a file.</summary>
internal static class DeidentifiedEndpoints
{
    private const string Table = "text/csv";
    private const string Lines = "application/x-ndjson";
    private const int Usual = 365;
    private const int LongestDays = 366;

    // Who knows that a file is about three days knows how far everybody in it is shifted.
    private const int ShortestDays = 28;
    private const int AtOnce = 500;

    public static void MapDeidentifiedRoutes(this IEndpointRouteBuilder app)
    {
        var routes = app.MapGroup("/api/analytics").RequireAuthorization(Policies.Export).WithTags("Analytics");
        Describe(routes.MapGet("alert-history.ndjson", LinesAsync), "downloadDeidentifiedAlerts", "ndjson", Lines);
        Describe(routes.MapGet("alert-history.csv", TableAsync), "downloadDeidentifiedAlertsTable", "a table", Table);
    }

    private static void Describe(RouteHandlerBuilder route, string name, string form, string type) => route
        .Describe(name, $"The history of alerts without names, dates shifted patient by patient, as {form}")
        .WithDescription(
            $"Streamed, patient by patient. From {ShortestDays} to {LongestDays} days, at most {DeidentifiedAlerts.MostPatients} patients; the header X-Cut says whether there were more. "
            + "It has no names, MRN, birth date, bed or free text. It is no guarantee: what it is and is not says docs/analytics.md.")
        .WithQuery<bool>("deidentified", "true: there is nothing else here.", isRequired: true)
        .WithSpan("a year")
        .Produces<string>(StatusCodes.Status200OK, type);

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> LinesAsync(
        HttpContext context, QueryFields query, DeidentifiedAlerts alerts, Audit audit, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel) =>
        ExportAsync(context, query, alerts, audit, user, clock, "ndjson", $"{Lines}; charset=utf-8", static _ => { }, WriteLine, cancel);

    private static Task<Results<PushStreamHttpResult, ValidationProblem>> TableAsync(
        HttpContext context, QueryFields query, DeidentifiedAlerts alerts, Audit audit, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel) =>
        ExportAsync(
            context, query, alerts, audit, user, clock, "csv", $"{Table}; charset=utf-8", static text => DeidentifiedAlert.WriteHeader(text.Append(Csv.Mark)), static (text, alert) => alert.Write(text), cancel);

    private static async Task<Results<PushStreamHttpResult, ValidationProblem>> ExportAsync(
        HttpContext context, QueryFields query, DeidentifiedAlerts alerts, Audit audit, ClaimsPrincipal user, TimeProvider clock,
        string format, string type, Action<StringBuilder> begin, Action<StringBuilder, DeidentifiedAlert> write, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (query.Text("deidentified", 5) != "true")
            query.Add("deidentified", "must be true; the history with names is /api/alerts/history.csv.");
        var (from, to) = query.Span(now.AddDays(-Usual), now);
        if ((to - from).TotalDays is < ShortestDays or > LongestDays)
            query.Add("from", $"is {(to - from).TotalDays:0.#} days before to; allowed are {ShortestDays} to {LongestDays}.");
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        var (patients, isCut) = await alerts.PatientsAsync(from, to, cancel);
        // What cannot be in the audit is not given out.
        await audit.RequireAsync(user, "export.deidentified", detail: $"{format}, raised from {from:O} to {to:O}, {patients.Count} patients");
        context.Response.Headers["X-Cut"] = isCut ? "true" : "false";
        // The name says no time, from which somebody could tell how far dates are shifted.
        return TypedResults.Stream(body => WriteAsync(body, alerts.EachAsync(patients, from, to, cancel), begin, write, cancel), type, $"alerts-deidentified.{format}");
    }

    private static async Task WriteAsync(Stream body, IAsyncEnumerable<DeidentifiedAlert> alerts, Action<StringBuilder> begin, Action<StringBuilder, DeidentifiedAlert> write, CancellationToken cancel)
    {
        var text = new StringBuilder();
        begin(text);
        await foreach (var part in alerts.Chunk(AtOnce).WithCancellation(cancel))
        {
            foreach (var alert in part)
                write(text, alert);
            await FlushAsync();
        }
        await FlushAsync();

        async Task FlushAsync()
        {
            await body.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancel);
            text.Clear();
        }
    }

    private static void WriteLine(StringBuilder text, DeidentifiedAlert alert) => text.Append(JsonSerializer.Serialize(alert, JsonSerializerOptions.Web)).Append('\n');
}
