using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Registers the embedded vital store.</summary>
public static class SqliteVitalServices
{
    /// <summary>
    /// Adds <see cref="IVitalStore"/> (and <see cref="SqliteVitalStore"/>, for its statistics) on <c>vitals.db</c>, and the health check
    /// <c>vitals</c>. The file is opened when the store is first asked for.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">Asked once, when the file is opened.</param>
    public static IServiceCollection AddSqliteVitals(this IServiceCollection services, Func<IServiceProvider, SqliteVitalOptions> options)
    {
        services.AddSingleton(provider => new SqliteVitalStore(
            options(provider),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetService<ILogger<SqliteVitalStore>>() ?? NullLogger<SqliteVitalStore>.Instance,
            provider.GetService<IClockTrust>()));
        services.AddSingleton<IVitalStore>(provider => provider.GetRequiredService<SqliteVitalStore>());
        services.AddHealthChecks().AddCheck<SqliteVitalHealthCheck>("vitals");
        return services;
    }

    /// <inheritdoc cref="AddSqliteVitals(IServiceCollection, Func{IServiceProvider, SqliteVitalOptions})"/>
    public static IServiceCollection AddSqliteVitals(this IServiceCollection services, SqliteVitalOptions options) =>
        services.AddSqliteVitals(_ => options);
}
