using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>Registers InfluxDB behind the vitals role.</summary>
internal static class InfluxDbServices
{
    private const string Role = "vitals";

    /// <summary>
    /// Adds <see cref="IVitalStore"/> on the server that <c>ConnectionStrings:InfluxDb</c> names, and the health check <c>vitals</c>.
    /// A connection string that is missing or wrong stops the start, together with all other errors of the configuration.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Where the connection string is read from.</param>
    /// <param name="rawRetention">How long raw readings are kept.</param>
    public static IServiceCollection AddInfluxDbVitals(this IServiceCollection services, IConfiguration configuration, TimeSpan rawRetention)
    {
        var options = InfluxDbOptions.Parse(configuration["ConnectionStrings:InfluxDb"], rawRetention, out var error);
        if (error is not null)
            services.AddSingleton<IValidateOptions<StoreOptions>>(new ValidateOptions<StoreOptions>(name: null, _ => false, error));
        services.AddServer(
            Role, InfluxErrors.Store, new StorePolicyOptions(), (provider, cancel) => provider.GetRequiredService<InfluxDbVitalStore>().ProbeAsync(cancel));
        services.AddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            var log = provider.GetRequiredService<ILogger<InfluxDbVitalStore>>();
            return new InfluxDbVitalStore(
                options ?? throw new InvalidOperationException(error),
                provider.GetRequiredKeyedService<StorePolicy>(Role),
                new StorePolicy($"{InfluxErrors.Store} roll-ups", new StorePolicyOptions { Timeout = TimeSpan.FromSeconds(20), Retries = 0 }, time, log),
                time,
                log);
        });
        return services.AddSingleton<IVitalStore>(provider => provider.GetRequiredService<InfluxDbVitalStore>());
    }
}
