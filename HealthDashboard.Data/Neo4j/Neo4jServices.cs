using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Data.Neo4j;

/// <summary>Registers Neo4j behind the care team's role.</summary>
internal static class Neo4jServices
{
    private const string Role = "careTeam";

    /// <summary>
    /// Adds <see cref="ICareTeamStore"/> on the server that <c>ConnectionStrings:Neo4j</c> names, and the health check <c>careTeam</c>.
    /// A connection string that is missing or wrong stops the start, together with all other errors of the configuration.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Where the connection string is read from.</param>
    public static IServiceCollection AddNeo4jCareTeam(this IServiceCollection services, IConfiguration configuration)
    {
        var options = Neo4jOptions.Parse(configuration["ConnectionStrings:Neo4j"], out var error);
        if (error is not null)
            services.AddSingleton<IValidateOptions<StoreOptions>>(new ValidateOptions<StoreOptions>(name: null, _ => false, error));
        services.AddServer(
            Role, Neo4jClient.Store, new StorePolicyOptions(), (provider, cancel) => provider.GetRequiredService<Neo4jCareTeamStore>().ProbeAsync(cancel));
        services.AddSingleton(provider => new Neo4jClient(
            options ?? throw new InvalidOperationException(error),
            handler: null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Neo4jClient>>()));
        services.AddSingleton(provider => new Neo4jCareTeamStore(
            provider.GetRequiredService<Neo4jClient>(), provider.GetRequiredKeyedService<StorePolicy>(Role), provider.GetRequiredService<TimeProvider>()));
        return services.AddSingleton<ICareTeamStore>(provider => provider.GetRequiredService<Neo4jCareTeamStore>());
    }
}
