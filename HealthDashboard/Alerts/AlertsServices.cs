namespace HealthDashboard.Alerts;

/// <summary>Registration of the pages of alerts; the alerts themselves come with the monitoring.</summary>
internal static class AlertsServices
{
    /// <summary>Adds what the history reads with.</summary>
    public static IServiceCollection AddAlerts(this IServiceCollection services) => services.AddSingleton<HistoryReader>();

    /// <summary>Adds the history as a file.</summary>
    public static void MapAlerts(this IEndpointRouteBuilder app) => app.MapHistory();
}
