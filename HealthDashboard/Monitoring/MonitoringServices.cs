using HealthDashboard.Accounts;
using HealthDashboard.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Monitoring;

/// <summary>The alarm engine, the feed of alerts and the hub.</summary>
internal static class MonitoringServices
{
    private const int LargestClientMessage = 4 * 1024;

    public static void AddMonitoring(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddOptions<WatchOptions>().BindConfiguration(WatchOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WatchOptions>, WatchOptionsValidator>();
        services.AddSingleton<RegionWatch>();
        services.AddSingleton<AlertFeed>();
        services.AddSingleton<AlertWriter>();
        services.AddSingleton<AlertMetrics>();
        services.AddSingleton<HeldSilences>();
        services.AddSingleton<StrayDevices>();
        services.AddSingleton<MonitorSet>();
        services.AddSingleton<AlarmReplay>();
        services.AddSingleton<MonitorKeeper>();
        services.AddSingleton<CareChain>();
        services.AddSingleton<AlarmEngine>();
        services.AddSingleton<EvaluateReadings>(static provider => provider.GetRequiredService<AlarmEngine>().ApplyAsync);
        services.AddSingleton<IStayAlerts, StayAlerts>();
        services.AddSingleton<WardAlarms>();
        services.AddSingleton<AlertList>();
        services.AddSingleton<Inbox>();
        services.AddSingleton<AlertPump>();
        // Stopped in the opposite order: the engine's last changes are still published.
        services.AddHostedService(provider => provider.GetRequiredService<AlertFeed>());
        services.AddHostedService(provider => provider.GetRequiredService<AlarmEngine>());
        services.AddHostedService(provider => provider.GetRequiredService<WardAlarms>());
        services.AddHostedService<EscalationTimer>();
        services.AddHealthChecks().AddCheck<AlarmHealth>("alarms", tags: [HealthEndpoints.OfProgram]);
        services.AddSignalR();
        services.Configure<HubOptions<AlertHub>>(options => options.MaximumReceiveMessageSize = LargestClientMessage);
    }

    /// <summary>Adds alerts over HTTP and the hub.</summary>
    public static void MapMonitoring(this IEndpointRouteBuilder app)
    {
        app.MapHub<AlertHub>("/hubs/alerts").RequireAuthorization(Policies.Wall);
        app.MapAlertEndpoints();
        app.MapInbox();
    }
}
