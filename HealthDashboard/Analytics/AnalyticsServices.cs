namespace HealthDashboard.Analytics;

internal static class AnalyticsServices
{
    public static void AddAnalytics(this IServiceCollection services)
    {
        services.AddSingleton<VitalRollUp>();
        services.AddSingleton<AlertRollUp>();
        services.AddHostedService<AnalyticsRollUp>();
    }

    /// <summary>Adds the roll-ups over HTTP.</summary>
    public static void MapAnalytics(this IEndpointRouteBuilder app) => app.MapRollUps();
}
