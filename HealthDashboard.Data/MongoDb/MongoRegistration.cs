using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>
    /// Longer than what the client waits for a primary, a write or a read, so that its own words about what is wrong come first. A record is
    /// never repeated blindly; what is repeated are reads and entries of the audit.
    /// </summary>
    public static readonly StorePolicyOptions Policy = new() { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Adds <see cref="IPatientStore"/> and <see cref="IAccountStore"/> over one database, and the health check <c>patients</c>.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">Where <see cref="Key"/> is read from. What is wrong with it stops the start.</param>
    public static IServiceCollection AddMongoDbPatients(this IServiceCollection services, IConfiguration configuration)
    {
        var (options, errors) = MongoUri.Parse(configuration[Key]);
        return services
            .AddSingleton<IValidateOptions<StoreOptions>>(new UriValidation(errors))
            .AddServer(Role, Store, Policy, (provider, cancel) => provider.GetRequiredService<PatientDatabase>().ProbeAsync(cancel))
            .AddSingleton(provider => new PatientDatabase(
                new MongoClient(options, provider.GetRequiredService<TimeProvider>()), provider.GetRequiredKeyedService<StorePolicy>(Role)))
            .AddSingleton<IPatientStore, MongoPatientStore>()
            .AddSingleton<IAccountStore, MongoAccountStore>();
    }

    private sealed class UriValidation(IReadOnlyList<string> errors) : IValidateOptions<StoreOptions>
    {
        public ValidateOptionsResult Validate(string? name, StoreOptions options) => errors.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(errors.Select(error => $"{Key} {error}."));
    }
}
