using HealthDashboard.Accounts;
using HealthDashboard.Hosting;

namespace HealthDashboard.Operations;

/// <summary>
/// Metrics for whoever watches the program: <c>/metrics</c> for Prometheus, and where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, metrics and
/// traces by OTLP, as the variables of OpenTelemetry say. docs/operations.md lists them.
/// </summary>
internal static class OperationsServices
{
    private const string Anonymous = "Metrics:Anonymous";

    public static void AddOperations(this IServiceCollection services)
    {
        services.AddSingleton<ProgramMetrics>();
        services.AddSingleton<Exporters>();
        services.AddHostedService(static provider => provider.GetRequiredService<Exporters>());
    }

    /// <summary>Adds <c>/metrics</c>, for keys with the scope <c>metrics</c>, or with <c>Metrics:Anonymous</c> for everybody.</summary>
    public static void MapOperations(this IEndpointRouteBuilder app)
    {
        var endpoint = app.Map("/metrics", ScrapeAsync).DisableHttpMetrics();
        if (app.ServiceProvider.GetRequiredService<IConfiguration>().GetValue<bool>(Anonymous))
            endpoint.AllowAnonymous();
        else
            endpoint.RequireAuthorization(Policies.Metrics);
    }

    private static async Task ScrapeAsync(HttpContext context)
    {
        // What is said of the stores is to be of now.
        await context.RequestServices.GetRequiredService<StoreHealth>().LookAsync(context.RequestAborted);
        await context.RequestServices.GetRequiredService<Exporters>().ScrapeAsync(context);
    }
}
