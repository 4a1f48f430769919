using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.MongoDb;

/// <summary>Adds the stores of records and accounts on MongoDB.</summary>
internal static class MongoDbServices
{
    /// <summary>The store's name for people.</summary>
    public const string Store = "MongoDB patients";

    private const string Role = "patients";

    /// <summary>A record is never repeated blindly; what is repeated are reads and entries of the audit.</summary>
    public static readonly StorePolicyOptions Policy = new();

    /// <summary>
    /// Adds the stores of patients, accounts, grants and the audit over one database, and the health check <c>patients</c>. Connecting
    /// begins when a store is first needed.
    /// </summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">Where <see cref="MongoOptions.Key"/> is read from. What is wrong with it stops the start.</param>
    public static IServiceCollection AddMongoDbPatients(this IServiceCollection services, IConfiguration configuration)
    {
        List<string> errors = [];
        var options = MongoOptions.Parse(configuration[MongoOptions.Key], errors);
        foreach (var error in errors)
            services.AddOptions<StoreOptions>().Validate(_ => false, error);
        return services
            .AddServer(Role, Store, Policy, ProbeAsync)
            .AddSingleton(provider =>
            {
                var database = new PatientDatabase(
                    options ?? throw new InvalidOperationException(errors[0]),
                    provider.GetRequiredKeyedService<StorePolicy>(Role),
                    provider.GetRequiredService<TimeProvider>());
                database.Damaged.Log = provider.GetRequiredService<ILogger<DamagedRecords>>();
                return database;
            })
            .AddSingleton<IPatientStore, MongoPatientStore>()
            .AddSingleton<IAccountStore, MongoAccountStore>()
            .AddSingleton<IGrantStore, MongoGrantStore>()
            .AddSingleton<IAuditStore, MongoAuditStore>();
    }

    private static async ValueTask<HealthCheckResult> ProbeAsync(IServiceProvider provider, CancellationToken cancel)
    {
        var database = provider.GetRequiredService<PatientDatabase>();
        var servers = await database.ProbeAsync(cancel);
        return database.Damaged.Words() is { } damage ? HealthCheckResult.Degraded($"{damage} {servers}") : HealthCheckResult.Healthy(servers);
    }
}
