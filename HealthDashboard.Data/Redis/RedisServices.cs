using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Data.Redis;

/// <summary>Adds what Redis does: the store of alerts, and readings from node to node.</summary>
internal static class RedisServices
{
    private const string Role = "alerts";

    /// <summary>Adds <see cref="IAlertStore"/>, <see cref="ILiveBus"/> and the health check <c>alerts</c>. Redis need not be there yet.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="configuration">Where <see cref="RedisOptions"/> are read from.</param>
    public static IServiceCollection AddRedisAlerts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RedisOptions>()
            .Configure(options =>
            {
                options.Connection = configuration[RedisOptions.ConnectionKey];
                options.Prefix = configuration[RedisOptions.PrefixKey] ?? options.Prefix;
                // What is no number becomes one that validation refuses.
                if (configuration[RedisOptions.ReplicasKey] is { } replicas)
                    options.Replicas = int.TryParse(replicas, out var number) ? number : -1;
            })
            .ValidateOnStart();
        return services
            .AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>()
            .AddServer(Role, "Redis alerts", new StorePolicyOptions(), static (provider, cancel) => provider.GetRequiredService<RedisHealth>().CheckAsync(cancel))
            .AddSingleton(static provider => new RedisConnection(
                provider.GetRequiredService<IOptions<RedisOptions>>(), provider.GetRequiredKeyedService<StorePolicy>(Role)))
            .AddSingleton<RedisHealth>()
            .AddSingleton<IAlertStore>(static provider => new RedisAlertStore(
                provider.GetRequiredService<RedisConnection>(), provider.GetRequiredService<ILogger<RedisAlertStore>>()))
            .AddSingleton<ILiveBus, RedisLiveBus>();
    }
}
