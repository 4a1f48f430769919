namespace HealthDashboard.Cohorts;

/// <summary>The course of a sign in groups of patients.</summary>
internal static class CohortServices
{
    public static IServiceCollection AddCohorts(this IServiceCollection services) => services.AddSingleton<CohortReader>();

    /// <summary>Adds cohorts over HTTP.</summary>
    public static IEndpointRouteBuilder MapCohorts(this IEndpointRouteBuilder app)
    {
        app.MapCohortRoutes();
        return app;
    }
}
