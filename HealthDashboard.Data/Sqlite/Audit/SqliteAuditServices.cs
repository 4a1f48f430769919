using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Data.Sqlite.Audit;

/// <summary>Adds the embedded store of the audit.</summary>
internal static class SqliteAuditServices
{
    private const string Role = "audit";

    /// <summary>Adds <see cref="IAuditStore"/> over a file of its own, and the health check <c>audit</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="directory">The directory of the file.</param>
    public static IServiceCollection AddSqliteAudit(this IServiceCollection services, string directory) => services
        .AddSqliteDatabase(Role, () => AuditSchema.Open(Path.Combine(directory, "audit.db")))
        .AddSingleton<IAuditStore>(provider => new SqliteAuditStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)));
}
