using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Census;

/// <summary>Degraded while the store of records lacks patients that are known here and were not deleted.</summary>
internal sealed class DirectoryHealth(PatientDirectory directory) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(directory.Unaccounted.Count is > 0 and var lost
            ? HealthCheckResult.Degraded($"The store of records lacks {lost} admitted patients that were not deleted. They are still watched.")
            : HealthCheckResult.Healthy($"{directory.All.Count} admitted patients"));
}
