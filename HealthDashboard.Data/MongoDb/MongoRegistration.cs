using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Data.MongoDb;

/// <summary>Adds the stores of records and accounts on MongoDB.</summary>
internal static class MongoRegistration
{
    /// <summary>The store's name for people.</summary>
    public const string Store = "MongoDB patients";

    /// <summary>Where the address is configured.</summary>
    public const string Key = "ConnectionStrings:MongoDb";

    private const string Role = "patients";

    /// <summary>A record is never repeated blindly; what is repeated are reads and entries of the audit.</summary>
    public static readonly StorePolicyOptions Policy = new();

    /// <summary>Adds <see cref="IPatientStore"/> and <see cref="IAccountStore"/> over one database, and the health check <c>patients</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">Where <see cref="Key"/> is read from. What is wrong with it stops the start.</param>
    public static IServiceCollection AddMongoDbPatients(this IServiceCollection services, IConfiguration configuration)
    {
        var (options, errors) = MongoUri.Parse(configuration[Key]);
        return services
            .AddSingleton<IValidateOptions<StoreOptions>>(new UriValidation(errors))
            .AddServer(Role, Store, Policy, ProbeAsync)
            .AddSingleton(provider =>
            {
                var database = new PatientDatabase(
                    new MongoClient(options, provider.GetRequiredService<TimeProvider>()), provider.GetRequiredKeyedService<StorePolicy>(Role));
                database.Damaged.Log = provider.GetRequiredService<ILogger<DamagedRecords>>();
                return database;
            })
            .AddSingleton<IPatientStore, MongoPatientStore>()
            .AddSingleton<IAccountStore, MongoAccountStore>();
    }

    private static async ValueTask<HealthCheckResult> ProbeAsync(IServiceProvider provider, CancellationToken cancel)
    {
        var database = provider.GetRequiredService<PatientDatabase>();
        var servers = await database.ProbeAsync(cancel);
        return database.Damaged.Words() is { } damage ? HealthCheckResult.Degraded($"{damage} {servers}") : HealthCheckResult.Healthy(servers);
    }

    private sealed class UriValidation(IReadOnlyList<string> errors) : IValidateOptions<StoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, StoreOptions options) => errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{Key} {error}."));
    }
}
