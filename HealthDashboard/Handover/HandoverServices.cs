namespace HealthDashboard.Handover;

/// <summary>Handing a shift over, and the sheets that are printed for it.</summary>
internal static class HandoverServices
{
    /// <summary>Adds what hands over and what reads the sheets. Care teams, patients and alerts must be there.</summary>
    public static IServiceCollection AddHandover(this IServiceCollection services) => services
        .AddSingleton<HandoverDesk>()
        .AddSingleton<SbarReader>();

    /// <summary>Adds the handover over HTTP; the pages are found by themselves.</summary>
    public static IEndpointRouteBuilder MapHandover(this IEndpointRouteBuilder app)
    {
        app.MapShiftHandover();
        return app;
    }
}
