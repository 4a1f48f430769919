using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>A round trip to the file: unhealthy when it cannot be read or written, degraded while folding fails.</summary>
internal sealed class SqliteVitalHealthCheck(SqliteVitalStore store) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await store.ProbeAsync(cancellationToken);
            var statistics = await store.StatisticsAsync(cancellationToken);
            return statistics.FoldFailure is { } failure
                ? HealthCheckResult.Degraded($"Readings are kept, but not yet packed: {failure}")
                : HealthCheckResult.Healthy($"{statistics.RawReadings} readings, {statistics.JournalReadings} in the journal.");
        }
        catch (Stores.StoreException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
    }
}
