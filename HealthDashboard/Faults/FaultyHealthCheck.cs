using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Faults;

/// <summary>The health check of a store behind its switch: it meets what every call meets.</summary>
internal sealed class FaultyHealthCheck(IHealthCheck inner, FaultBoard board, string role, string name) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await board.PassAsync(role, name, writes: true, cancellationToken);
            return await inner.CheckHealthAsync(context, cancellationToken);
        }
        catch (StoreException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
    }
}
