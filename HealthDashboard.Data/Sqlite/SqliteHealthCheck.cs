using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Data.Sqlite;

/// <summary>Healthy when the file takes a synced write.</summary>
internal sealed class SqliteHealthCheck(SqliteDatabase database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.PingAsync(cancellationToken);
            return HealthCheckResult.Healthy(database.Name);
        }
        catch (StoreException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error);
        }
    }
}

/// <summary>What the registrations of the embedded stores have in common.</summary>
internal static class SqliteRegistration
{
    /// <summary>Adds a role's database, to be resolved by the role's key, and its health check of the same name.</summary>
    public static IServiceCollection AddSqliteDatabase(this IServiceCollection services, string role, Func<SqliteDatabase> open)
    {
        services.AddKeyedSingleton(role, (_, _) => open());
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            role, provider => new SqliteHealthCheck(provider.GetRequiredKeyedService<SqliteDatabase>(role)), failureStatus: null, tags: null));
        return services;
    }
}
