using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Hosting;
using HealthDashboard.Shared;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Census;

/// <summary>Registration of the <see cref="PatientDirectory"/>.</summary>
internal static partial class CensusServices
{
    /// <summary>Adds the directory, filled before the application answers its first request unless the store is unavailable.</summary>
    /// <param name="services">The services.</param>
    /// <param name="defaults">Gives the limits that hold where none are set.</param>
    public static IServiceCollection AddCensus(
        this IServiceCollection services, Func<IServiceProvider, IReadOnlyDictionary<VitalSign, SignLimits>> defaults)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PatientDirectory(
            provider.GetRequiredService<IPatientStore>(),
            defaults(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PatientDirectory>>()));
        services.AddSingleton(static provider => new CopyFile(CopyOf(provider.GetRequiredService<IOptions<StoreOptions>>().Value)));
        services.AddHostedService<Loader>();
        services.AddHostedService<LimitClock>();
        services.AddHostedService(static provider => new DirectoryKeeper(
            provider.GetRequiredService<PatientDirectory>(),
            provider.GetRequiredService<IPatientStore>(),
            provider.GetRequiredService<CopyFile>().Copy,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DirectoryKeeper>>()));
        services.AddHealthChecks().AddCheck<DirectoryHealth>("directory", tags: [HealthEndpoints.OfProgram]);
        return services;
    }

    // A node that starts while the store of records is unavailable knows its patients all the same, takes their readings and watches over them.
    private static KeptFile<DirectoryContent>? CopyOf(StoreOptions stores) =>
        stores.OnServers.Contains("Patients") ? new KeptFile<DirectoryContent>(Path.Combine(stores.DataDirectory, "patients-copy.json")) : null;

    private sealed record CopyFile(KeptFile<DirectoryContent>? Copy);

    // First of all hosted services by its registration, since others begin with the patients.
    private sealed partial class Loader(PatientDirectory directory, CopyFile file, TimeProvider time, ILogger<PatientDirectory> log) : StartWork(time, log)
    {
        protected override async Task WorkAsync(CancellationToken cancel)
        {
            try
            {
                await directory.LoadAsync(cancel);
            }
            catch (StoreException) when (!directory.Loaded.IsCompleted)
            {
                Restore();
                throw;
            }
        }

        private void Restore()
        {
            try
            {
                if (file.Copy?.Read() is { } content)
                {
                    directory.Restore(content);
                    LogRestored(content.Patients.Count);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
            {
                LogUnreadable(error.GetType().Name);
            }
        }

        [LoggerMessage(Level = LogLevel.Warning, Message = "The records are unavailable; the {Patients} patients of the last run are watched over meanwhile")]
        private partial void LogRestored(int patients);

        [LoggerMessage(Level = LogLevel.Error, Message = "The copy of the patients' directory cannot be read: {Reason}")]
        private partial void LogUnreadable(string reason);
    }
}
