using System.Globalization;
using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HealthDashboard.Monitoring;

/// <summary>Alerts over HTTP.</summary>
internal static class AlertEndpoints
{
    private const int MostItems = 1_000;
    private const int LongestNote = 500;

    public static void MapAlertEndpoints(this IEndpointRouteBuilder app)
    {
        var alerts = app.MapGroup("/api/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).RequireAuthorization(Policies.Viewer)
            .Describe("listAlerts", "Alerts, the one changed last first, or with since what changed after that number")
            .WithDescription("With more the answer is not all there is: ask again with its next as before, or after since with its sequence as since.")
            .WithQuery<AlertsWanted>("state", "Open alerts, or all; else open.")
            .WithQuery<ObjectId>("patientId", "Only this patient's.")
            .WithQuery<long>("since", "What changed after this sequence number.")
            .WithQuery<long>("before", "The page that begins before this number.")
            .WithQuery<int>("limit", $"At most so many, 1 to {MostItems}; else 200.")
            .WithMetadata(new RecordRouteAttribute("look.alerts") { Patient = "patientId", Always = true });
        alerts.MapGet("{id}/history", HistoryAsync).RequireAuthorization(Policies.Viewer).Describe("getAlertHistory", "Each change of an alert, with who made it")
            .WithMetadata(new RecordRouteAttribute("look.alertHistory") { Always = true });
        alerts.MapPost("{id}/acknowledge", AcknowledgeAsync).RequireAuthorization(Policies.Clinician).Describe("acknowledgeAlert", "Acknowledge an alert. Idempotent.")
            .WithBody<AcknowledgeRequest>(isOptional: true).WithMetadata(new RecordRouteAttribute("alert.acknowledge") { Always = true });
        alerts.MapPost("{id}/silence", SilenceAsync).RequireAuthorization(Policies.Clinician).Describe("silenceAlert", "Pause an alert's sound")
            .WithBody<SilenceRequest>(isOptional: true).WithMetadata(new RecordRouteAttribute("alert.silence") { Always = true });
        alerts.MapPost("{id}/respond", RespondAsync).RequireAuthorization(Policies.Clinician).Describe("respondToAlert", "Say that you are on the way; escalation goes on. Idempotent.")
            .WithMetadata(new RecordRouteAttribute("alert.respond") { Always = true });
        alerts.MapPost("{id}/escalate", EscalateAsync).RequireAuthorization(Policies.Clinician).Describe("escalateAlert", "Notify the next of the care team")
            .WithBody<EscalateRequest>(isOptional: true).WithMetadata(new RecordRouteAttribute("alert.escalate") { Always = true });
    }

    private static async Task<Results<Ok<AlertPage>, ValidationProblem>> ListAsync(QueryFields query, AlertList list, CancellationToken cancel)
    {
        var open = query.Text("state", 8) switch
        {
            null or "open" => true,
            "all" => false,
            var other => Wrong("state", $"is '{other}'; allowed are open, all."),
        };
        ObjectId? patientId = query.Text("patientId", 2 * ObjectId.Size) is null ? null : query.Id("patientId");
        var since = Number("since");
        var before = Number("before");
        if (since is not null && before is not null)
            query.Add("before", "cannot be given together with since.");
        var limit = query.Whole("limit", 1, MostItems, fallback: 200);
        if (query.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return TypedResults.Ok(since is { } after
            ? await list.SinceAsync(after, open, patientId, limit, cancel)
            : await list.NowAsync(open, patientId, before, limit, cancel));

        long? Number(string name) => query.Text(name, 20) switch
        {
            null => null,
            var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            var other => Wrong(name, $"is '{other}'; allowed is a sequence number, 0 or greater.") ? 0 : null,
        };

        bool Wrong(string name, string message)
        {
            query.Add(name, message);
            return true;
        }
    }

    private static async Task<Results<Ok<AlertHistory>, NotFoundProblem>> HistoryAsync(ObjectId id, IAlertStore store, CancellationToken cancel)
    {
        var history = await store.HistoryAsync(id, cancel);
        return history.Count > 0 ? TypedResults.Ok(new AlertHistory([.. history.Select(AlertJson.Of)])) : Problems.NotFound("alert");
    }

    private static async Task<Results<Ok<Alert>, ValidationProblem, NotFoundProblem>> AcknowledgeAsync(ObjectId id, HttpContext context, AlarmEngine engine, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = await BodyAsync(context);
        var note = body?.OptionalText("note", LongestNote);
        if (body?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return Answer(await engine.AcknowledgeAsync(id, user.Actor(), note, cancel));
    }

    private static async Task<Results<Ok<Alert>, ValidationProblem, NotFoundProblem>> SilenceAsync(
        ObjectId id, HttpContext context, AlarmEngine engine, AlarmRules rules, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = await BodyAsync(context);
        var seconds = body?.Whole("seconds", 1, (int)rules.LongestSilence.TotalSeconds, (int)rules.Silence.TotalSeconds);
        if (body?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return Answer(await engine.SilenceAsync(id, user.Actor(), seconds is { } given ? TimeSpan.FromSeconds(given) : null, cancel));
    }

    private static async Task<Results<Ok<Alert>, ValidationProblem, NotFoundProblem>> EscalateAsync(ObjectId id, HttpContext context, AlarmEngine engine, ClaimsPrincipal user, CancellationToken cancel)
    {
        if ((await BodyAsync(context))?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return Answer(await engine.EscalateAsync(id, user.Actor(), cancel));
    }

    private static async Task<Results<Ok<Alert>, ValidationProblem, NotFoundProblem>> RespondAsync(ObjectId id, AlarmEngine engine, ClaimsPrincipal user, CancellationToken cancel) =>
        Answer(await engine.RespondAsync(id, user.Actor(), cancel));

    // Every field is optional, and so is the body.
    private static async Task<JsonFields?> BodyAsync(HttpContext context) =>
        context.Request is { ContentLength: null or 0, ContentType: null } ? null : (await JsonBody.BindAsync(context)).Fields;

    private static Results<Ok<Alert>, ValidationProblem, NotFoundProblem> Answer(Alert? alert) => alert is null ? Problems.NotFound("alert") : TypedResults.Ok(alert);
}
