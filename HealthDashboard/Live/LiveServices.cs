using HealthDashboard.Ingest;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Live;

/// <summary>Registration of what screens show of the wards.</summary>
internal static class LiveServices
{
    /// <summary>Adds live values, the wall, and the way to other nodes.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<LiveVitals>();
        services.AddSingleton<LiveHistory>();
        services.AddSingleton<LiveOutbox>();
        services.AddSingleton<IReadingSink, LiveSink>();
        services.AddSingleton<FindMonitorState>(static provider => id => provider.GetRequiredService<MonitorSet>().Find(id)?.State);
        services.AddSingleton<CurrentVitals>();
        services.AddSingleton<WallTrends>();
        services.AddSingleton<BedTiles>();
        services.AddSingleton<WallBoard>();
        services.AddHostedService(static provider => provider.GetRequiredService<WallBoard>());
        services.AddHostedService<LiveVitalsLoader>();
        services.AddHostedService<LiveRelay>();
        return services;
    }
}
