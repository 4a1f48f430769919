using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Hosting;

/// <summary>What /health/ready answers.</summary>
/// <param name="Status"><c>ready</c>, <c>degraded</c> when a store is away, <c>down</c> when every one is.</param>
/// <param name="Stores">Each store by the name of its role.</param>
internal sealed record Readiness(string Status, IReadOnlyDictionary<string, string> Stores);

/// <summary>What /health/live answers.</summary>
/// <param name="Status"><c>live</c>.</param>
internal sealed record Liveness(string Status);

/// <summary>
/// For whoever restarts or routes: <c>/health/live</c> says that the process answers, <c>/health/ready</c> whether it is of use.
/// One store away does not take the node out (readings are spooled, alarms go on), so ready is then still 200, and
/// <c>degraded</c>; it is 503 only when no store can be reached.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithTags("Health").DisableHttpMetrics();
        health.MapGet("/live", () => TypedResults.Ok(new Liveness("live")));
        health.MapGet("/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(HealthCheckService checks, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var entries = (await checks.CheckHealthAsync(limit.Token)).Entries;
        var stores = entries.OrderBy(e => e.Key, StringComparer.Ordinal).ToDictionary(e => e.Key, e => StateOf(e.Value.Status), StringComparer.Ordinal);
        var away = stores.Values.Count(state => state != "up");
        var status = away == 0 ? "ready" : away < stores.Count ? "degraded" : "down";
        return TypedResults.Json(
            new Readiness(status, stores),
            statusCode: status == "down" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }

    private static string StateOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "up",
        HealthStatus.Degraded => "degraded",
        _ => "down",
    };
}
