using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Cassandra;

/// <summary>Adds Cassandra as the store of analytics.</summary>
internal static class CassandraServices
{
    private const string Role = "analytics";

    /// <summary>Adds <see cref="IAnalyticsStore"/> and the health check <c>analytics</c>. Connecting begins when the store is first needed.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">Where <c>ConnectionStrings:Cassandra</c> is read from; what is wrong in it stops the start.</param>
    public static IServiceCollection AddCassandraAnalytics(this IServiceCollection services, IConfiguration configuration)
    {
        List<string> errors = [];
        var options = CassandraOptions.Parse(configuration[CassandraOptions.Key], errors);
        foreach (var error in errors)
            services.AddOptions<StoreOptions>().Validate(_ => false, error);
        return services
            .AddSingleton(provider => new Cluster(
                options.Cluster, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Cluster>>()))
            .AddSingleton(provider => new CassandraAnalyticsStore(
                provider.GetRequiredService<Cluster>(),
                options,
                new SchemaSetup(provider.GetRequiredService<Cluster>(), options),
                provider.GetRequiredKeyedService<StorePolicy>(Role),
                provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<IAnalyticsStore>(provider => provider.GetRequiredService<CassandraAnalyticsStore>())
            .AddServer(
                Role, "Cassandra analytics", new StorePolicyOptions(), (provider, cancel) => provider.GetRequiredService<CassandraAnalyticsStore>().ProbeAsync(cancel));
    }
}
