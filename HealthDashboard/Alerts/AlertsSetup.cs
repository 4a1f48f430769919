using HealthDashboard.Hosting;
using HealthDashboard.Live;
using HealthDashboard.Nodes;
using HealthDashboard.Patients;
using Microsoft.AspNetCore.SignalR;

namespace HealthDashboard.Alerts;

/// <summary>The alarm engine, the feed of alerts and the hub.</summary>
internal static class AlertsSetup
{
    private const int LargestClientMessage = 4 * 1024;

    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddNodes();
        services.AddSingleton<AlertFeed>();
        services.AddSingleton<AlertWriter>();
        services.AddSingleton<AlertMetrics>();
        services.AddSingleton<HeldSilences>();
        services.AddSingleton<StrayDevices>();
        services.AddSingleton<MonitorSet>();
        services.AddSingleton<FindMonitorState>(static provider => id => provider.GetRequiredService<MonitorSet>().Find(id)?.State);
        services.AddSingleton<AlarmReplay>();
        services.AddSingleton<MonitorKeeper>();
        services.AddSingleton<CareChain>();
        services.AddSingleton<AlarmEngine>();
        services.AddSingleton<IStayAlerts, StayAlerts>();
        services.AddSingleton<WardAlarms>();
        services.AddSingleton<AlertList>();
        services.AddSingleton<HistoryReader>();
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
}
