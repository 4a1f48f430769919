using HealthDashboard.Data.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>Adds the embedded stores of records and accounts.</summary>
internal static class SqlitePatientServices
{
    private const string Role = "patients";

    /// <summary>Adds <see cref="IPatientStore"/>, <see cref="IAccountStore"/> and <see cref="IGrantStore"/> over one file, and the health check <c>patients</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="directory">The directory of the file.</param>
    public static IServiceCollection AddSqlitePatients(this IServiceCollection services, string directory) => services
        .AddSqliteDatabase(Role, () => PatientSchema.Open(Path.Combine(directory, "patients.db")))
        .AddSingleton<IPatientStore>(provider => new SqlitePatientStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)))
        .AddSingleton<IAccountStore>(provider => new SqliteAccountStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)))
        .AddSingleton<IGrantStore>(provider => new SqliteGrantStore(provider.GetRequiredKeyedService<SqliteDatabase>(Role)));
}
