using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Monitoring;

/// <summary>Healthy while alarms are evaluated and the alert log is read: what the feed's heartbeat says to screens, for whoever routes.</summary>
internal sealed class AlarmHealth(AlarmEngine engine, AlertFeed feed, MonitorSet monitors) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        !engine.Ready.IsCompletedSuccessfully ? HealthCheckResult.Unhealthy("Alarms do not run yet.")
        : !feed.Healthy ? HealthCheckResult.Unhealthy("Alarms are not evaluated, or the alert log cannot be read.")
        : HealthCheckResult.Healthy($"{monitors.Count} patients are watched"));
}
