namespace HealthDashboard.Analytics;

internal static class AnalyticsServices
{
    public static IServiceCollection AddAnalytics(this IServiceCollection services)
    {
        services.AddSingleton<VitalRollUp>();
        services.AddSingleton<AlertRollUp>();
        services.AddSingleton<AlarmLoadRollUp>();
        services.AddSingleton<PastStays>();
        services.AddSingleton<AlarmLoadReader>();
        services.AddSingleton<LookBack>();
        services.AddHostedService<AnalyticsRollUp>();
        return services;
    }

    /// <summary>Adds the roll-ups and the alarm load over HTTP.</summary>
    public static IEndpointRouteBuilder MapAnalytics(this IEndpointRouteBuilder app)
    {
        app.MapRollUps();
        app.MapAlarmLoad();
        return app;
    }
}
