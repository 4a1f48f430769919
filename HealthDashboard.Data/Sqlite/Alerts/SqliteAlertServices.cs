using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Sqlite.Alerts;

/// <summary>Adds the embedded store of alerts.</summary>
internal static class SqliteAlertServices
{
    private const string Role = "alerts";

    /// <summary>Adds <see cref="IAlertStore"/> and the health check <c>alerts</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="directory">The directory of the file.</param>
    public static IServiceCollection AddSqliteAlerts(this IServiceCollection services, string directory) => services
        .AddSqliteDatabase(Role, () => AlertSchema.Open(Path.Combine(directory, "alerts.db")))
        .AddSingleton<IAlertStore>(provider => new SqliteAlertStore(
            provider.GetRequiredKeyedService<SqliteDatabase>(Role), provider.GetRequiredService<ILogger<SqliteAlertStore>>()));
}
