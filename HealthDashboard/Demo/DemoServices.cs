using HealthDashboard.Faults;
using HealthDashboard.Shared;

namespace HealthDashboard.Demo;

/// <summary>The demo hospital, its simulator and the scenarios of a presenter.</summary>
internal static class DemoServices
{
    /// <summary>Adds what the demo needs; nothing runs unless <see cref="IsOn"/>, or <c>Simulation:Enabled</c> says so.</summary>
    public static IServiceCollection AddDemo(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddOptions<SimulationOptions>()
            .Configure(options => options.Demo = options.Enabled = IsOn(configuration, environment))
            .BindConfiguration(SimulationOptions.Section)
            .ValidateRangesOnStart(SimulationOptions.Section);
        services.AddSingleton<ScenarioBoard>();
        services.AddSingleton<DemoRecords>();
        services.AddSingleton<DemoHistory>();
        if (FaultServices.IsOn(configuration, environment))
            services.AddSingleton<ScriptRunner>();
        if (IsOn(configuration, environment) || configuration.GetValue("Simulation:Enabled", false))
            services.AddHostedService<Simulator>();
        return services;
    }

    /// <summary>Adds the scenarios and the fault switches over HTTP, where there are any.</summary>
    public static void MapDemo(this IEndpointRouteBuilder app)
    {
        app.MapScenarios();
        app.MapFaults();
    }

    /// <summary>
    /// Whether there is a demo hospital: <c>Demo:Ward</c>, by default as <c>Demo:Enabled</c>, and that by default only in Development.
    /// </summary>
    public static bool IsOn(IConfiguration configuration, IHostEnvironment environment) =>
        configuration.GetValue("Demo:Ward", configuration.GetValue("Demo:Enabled", environment.IsDevelopment()));
}
