using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Data.Sqlite.Analytics;

/// <summary>Adds the embedded store of analytics.</summary>
internal static class SqliteAnalyticsServices
{
    private const string Role = "analytics";

    /// <summary>Adds <see cref="IAnalyticsStore"/> and the health check <c>analytics</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="directory">The directory of the file.</param>
    public static IServiceCollection AddSqliteAnalytics(this IServiceCollection services, string directory) => services
        .AddSqliteDatabase(Role, () => AnalyticsSchema.Open(Path.Combine(directory, "analytics.db")))
        .AddSingleton<IAnalyticsStore>(provider => new SqliteAnalyticsStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)));
}
