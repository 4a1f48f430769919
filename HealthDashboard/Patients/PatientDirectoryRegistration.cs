using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HealthDashboard.Patients;

/// <summary>Registration of the <see cref="PatientDirectory"/>.</summary>
internal static class PatientDirectoryRegistration
{
    /// <summary>Adds the directory, filled before the application answers its first request unless the store is away.</summary>
    /// <param name="services">The services.</param>
    /// <param name="defaults">Gives the limits that hold where none are set.</param>
    public static IServiceCollection AddPatientDirectory(
        this IServiceCollection services, Func<IServiceProvider, IReadOnlyDictionary<VitalSign, SignLimits>> defaults)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PatientDirectory(
            provider.GetRequiredService<IPatientStore>(),
            defaults(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PatientDirectory>>()));
        services.AddHostedService<Loader>();
        return services;
    }

    // First of all hosted services by its registration, since others begin with the patients.
    private sealed class Loader(PatientDirectory directory, TimeProvider time, ILogger<PatientDirectory> log) : StartWork(time, log)
    {
        protected override Task WorkAsync(CancellationToken cancel) => directory.LoadAsync(cancel);
    }
}
