using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Data.Sqlite.CareTeam;

/// <summary>Adds the embedded store of the care team.</summary>
internal static class SqliteCareTeamServices
{
    private const string Role = "careTeam";

    /// <summary>Adds <see cref="ICareTeamStore"/> and the health check <c>careTeam</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="directory">The directory of the file.</param>
    public static IServiceCollection AddSqliteCareTeam(this IServiceCollection services, string directory) => services
        .AddSqliteDatabase(Role, () => CareTeamSchema.Open(Path.Combine(directory, "careteam.db")))
        .AddSingleton<ICareTeamStore>(provider => new SqliteCareTeamStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)));
}
