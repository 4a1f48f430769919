namespace HealthDashboard.Live;

/// <summary>Registration of what screens show of the wards.</summary>
internal static class LiveServices
{
    /// <summary>Adds the wall, and the way to other nodes. The live vitals themselves come with the ingest.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
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
