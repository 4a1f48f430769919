using HealthDashboard.Data.Sqlite.Audit;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>Adds the embedded stores of records, accounts and the audit.</summary>
internal static class SqlitePatientServices
{
    private const string Role = "patients";

    /// <summary>Adds the stores of patients, accounts and grants over one file, with the health check <c>patients</c>, and the audit over another.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="directory">The directory of the files.</param>
    public static IServiceCollection AddSqlitePatients(this IServiceCollection services, string directory) => services
        .AddSqliteDatabase(Role, () => PatientSchema.Open(Path.Combine(directory, "patients.db")))
        .AddSingleton<IPatientStore>(provider => new SqlitePatientStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)))
        .AddSingleton<IAccountStore>(provider => new SqliteAccountStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)))
        .AddSingleton<IGrantStore>(provider => new SqliteGrantStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)))
        .AddSqliteAudit(directory);
}
