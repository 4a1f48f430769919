namespace HealthDashboard.TimeTravel;

/// <summary>Registration of the wards' past.</summary>
internal static class TimeTravelServices
{
    /// <summary>Adds what reads a past moment.</summary>
    public static IServiceCollection AddTimeTravel(this IServiceCollection services) => services
        .AddSingleton<PastLimits>()
        .AddSingleton<PastVitals>()
        .AddSingleton<PastReader>()
        .AddSingleton<PastTiles>()
        .AddSingleton<PastWall>()
        .AddSingleton<PastAlertTimes>();

    /// <summary>Adds past moments over HTTP.</summary>
    public static IEndpointRouteBuilder MapTimeTravel(this IEndpointRouteBuilder app)
    {
        app.MapPast();
        return app;
    }
}
