using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Hosting;

/// <summary>What /health/ready answers.</summary>
/// <param name="Status">
/// <c>ready</c>; <c>degraded</c> when a store is unavailable; <c>down</c> when every one is, when alarms do not run, or when the alert store is damaged.
/// </param>
/// <param name="Stores">Each store by the name of its role, and what this program does by its name.</param>
internal sealed record Readiness(string Status, IReadOnlyDictionary<string, string> Stores);

/// <summary>What /health/live answers.</summary>
/// <param name="Status"><c>live</c>.</param>
internal sealed record Liveness(string Status);

/// <summary>
/// For whoever restarts or routes: <c>/health/live</c> says that the process answers, <c>/health/ready</c> whether it is of use.
/// One store unavailable does not take the node out (readings are spooled, alarms go on), so ready is then still 200, and
/// <c>degraded</c>. It is 503 when no store can be reached, and when alarms are not evaluated: at a start until they are, and when the alert
/// store is damaged.
/// </summary>
internal static class HealthEndpoints
{
    /// <summary>Tags what is no store but a part of this program.</summary>
    public const string OfProgram = "program";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health").DisableHttpMetrics();
        health.MapGet("/live", () => TypedResults.Ok(new Liveness("live"))).Describe("getLiveness", "Whether the process answers");
        health.MapGet("/ready", ReadyAsync).Describe("getReadiness", "Whether it is of use, with the state of each store")
            .Produces<Readiness>().Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<JsonHttpResult<Readiness>> ReadyAsync(HealthCheckService checks, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var entries = (await checks.CheckHealthAsync(limit.Token)).Entries;
        var stores = entries.OrderBy(e => e.Key, StringComparer.Ordinal).ToDictionary(e => e.Key, e => StateOf(e.Value.Status), StringComparer.Ordinal);
        var status = IsDown(entries) ? "down" : stores.Values.All(state => state == "up") ? "ready" : "degraded";
        return TypedResults.Json(
            new Readiness(status, stores),
            statusCode: status == "down" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static bool IsDown(IReadOnlyDictionary<string, HealthReportEntry> entries) =>
        entries.Values.Any(entry => entry.Tags.Contains(OfProgram) && entry.Status == HealthStatus.Unhealthy)
        || entries.Values.Where(entry => !entry.Tags.Contains(OfProgram)).All(entry => entry.Status == HealthStatus.Unhealthy)
        // What is damaged does not come back by itself, as a server does.
        || (entries.TryGetValue("alerts", out var alerts) && alerts.Exception is StoreException and not StoreUnavailableException);

    private static string StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "up",
        HealthStatus.Degraded => "degraded",
        _ => "down",
    };
}
