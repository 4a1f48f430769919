namespace HealthDashboard.Access;

/// <summary>Who may see what, and who has looked.</summary>
internal static class AccessServices
{
    public static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<AuditReader>();
        services.AddSingleton<GlassBook>();
        services.AddSingleton<PatientAccess>();
    }

    /// <summary>Finds out who asks and whether they may, and writes down what they look at.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        return app.UseMiddleware<RecordGate>();
    }

    /// <summary>Adds the audit and breaking the glass, over HTTP.</summary>
    public static void MapAccess(this IEndpointRouteBuilder app)
    {
        app.MapAudit();
        app.MapGlass();
    }
}
