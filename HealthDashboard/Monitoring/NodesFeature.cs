using Microsoft.Extensions.Options;

namespace HealthDashboard.Monitoring;

/// <summary>Registration of what several web nodes have in common.</summary>
internal static class NodesFeature
{
    /// <summary>Adds <see cref="RegionWatch"/>, configured by <c>Monitoring:Regions</c>.</summary>
    public static IServiceCollection AddNodes(this IServiceCollection services)
    {
        services.AddOptions<WatchOptions>().BindConfiguration(WatchOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WatchOptions>, WatchOptionsValidator>();
        services.AddSingleton<RegionWatch>();
        return services;
    }
}
