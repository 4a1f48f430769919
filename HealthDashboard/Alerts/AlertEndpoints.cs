using System.Globalization;
using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Alarms;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Live;

namespace HealthDashboard.Alerts;

/// <summary>Alerts over HTTP.</summary>
internal static class AlertEndpoints
{
    private const int MostItems = 1_000;
    private const int LongestNote = 500;
    private const string Csv = "text/csv";

    public static void MapAlerts(this IEndpointRouteBuilder app)
    {
        app.MapHub<AlertHub>("/hubs/alerts").RequireAuthorization(Policies.Viewer);
        app.MapGet("/api/patients/{id}/news2", ScoreAsync).RequireAuthorization(Policies.Viewer).WithTags("Patients").Produces<NewsScore>();
        var alerts = app.MapGroup("/api/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).RequireAuthorization(Policies.Viewer).Produces<AlertPage>()
            .WithSummary("Alerts, the one changed last first, or with since what changed after that number")
            .WithDescription("With more the answer is not all there is: ask again with its next as before, or after since with its sequence as since.");
        alerts.MapGet("{id}/history", HistoryAsync).RequireAuthorization(Policies.Viewer);
        alerts.MapGet("history.csv", DownloadAsync).RequireAuthorization(Policies.Viewer)
            .WithSummary("The history of alerts as a table, as the page with the same filters in its address lists it")
            .WithDescription("At most the 10,000 alerts raised last in the time asked for; the header X-Cut says whether there were more.")
            .Produces(StatusCodes.Status200OK, contentType: Csv);
        alerts.MapPost("{id}/acknowledge", AcknowledgeAsync).RequireAuthorization(Policies.Clinician).Produces<Alert>();
        alerts.MapPost("{id}/silence", SilenceAsync).RequireAuthorization(Policies.Clinician).Produces<Alert>();
        alerts.MapPost("{id}/escalate", EscalateAsync).RequireAuthorization(Policies.Clinician).Produces<Alert>();
    }

    private static async Task<IResult> ScoreAsync(ObjectId id, CurrentVitals current, CancellationToken cancel) =>
        await current.ScoreOfAsync(id, cancel) is { } score ? TypedResults.Ok(score) : Problems.NotFound("patient");

    private static async Task<IResult> ListAsync(QueryFields query, AlertList list, CancellationToken cancel)
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

    private static async Task<IResult> HistoryAsync(ObjectId id, IAlertStore store, CancellationToken cancel)
    {
        var history = await store.HistoryAsync(id, cancel);
        return history.Count > 0 ? TypedResults.Ok(new { items = history.Select(AlertJson.Of) }) : Problems.NotFound("alert");
    }

    private static async Task<IResult> DownloadAsync(
        HttpContext context, HistoryReader history, Audit audit, ClaimsPrincipal user, TimeProvider clock, CancellationToken cancel)
    {
        var filter = HistoryFilter.Of(context.Request.Query);
        var (from, to) = filter.Times(clock);
        var found = await history.FindAsync(filter, cancel);
        await audit.WriteAsync(user, "alerts.export", detail: $"{found.Entries.Count} alerts raised from {from:O} to {to ?? clock.GetUtcNow():O}");
        context.Response.Headers["X-Cut"] = found.IsCut ? "true" : "false";
        return TypedResults.File(HistoryCsv.Write(found.Entries, clock), $"{Csv}; charset=utf-8", $"alerts-{clock.GetLocalNow():yyyy-MM-dd-HHmm}.csv");
    }

    private static async Task<IResult> AcknowledgeAsync(ObjectId id, HttpContext context, AlarmEngine engine, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = await BodyAsync(context);
        var note = body?.OptionalText("note", LongestNote);
        if (body?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return Answer(await engine.AcknowledgeAsync(id, user.Actor(), note, cancel));
    }

    private static async Task<IResult> SilenceAsync(
        ObjectId id, HttpContext context, AlarmEngine engine, AlarmRules rules, ClaimsPrincipal user, CancellationToken cancel)
    {
        var body = await BodyAsync(context);
        var seconds = body?.Whole("seconds", 1, (int)rules.LongestSilence.TotalSeconds, (int)rules.Silence.TotalSeconds);
        if (body?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return Answer(await engine.SilenceAsync(id, user.Actor(), seconds is { } given ? TimeSpan.FromSeconds(given) : null, cancel));
    }

    private static async Task<IResult> EscalateAsync(ObjectId id, HttpContext context, AlarmEngine engine, ClaimsPrincipal user, CancellationToken cancel)
    {
        if ((await BodyAsync(context))?.Errors is { Count: > 0 } errors)
            return Problems.Invalid(errors);
        return Answer(await engine.EscalateAsync(id, user.Actor(), cancel));
    }

    // Every field is optional, and so is the body.
    private static async Task<JsonFields?> BodyAsync(HttpContext context) =>
        context.Request is { ContentLength: null or 0, ContentType: null } ? null : (await JsonBody.BindAsync(context)).Fields;

    private static IResult Answer(Alert? alert) => alert is null ? Problems.NotFound("alert") : TypedResults.Ok(alert);
}
