using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Hl7;

/// <summary>HL7 v2 over MLLP from monitors, gateways and the administration (docs/hl7.md).</summary>
internal static class Hl7Services
{
    /// <summary>Adds what listens, where <c>Hl7:Port</c> says so; it needs patients, accounts, FHIR's terms and ingest.</summary>
    public static IServiceCollection AddHl7(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<Hl7Options>().BindConfiguration(Hl7Options.Section).ValidateRangesOnStart(Hl7Options.Section);
        services.AddSingleton<IValidateOptions<Hl7Options>, Hl7OptionsValidator>();
        if (string.IsNullOrEmpty(configuration[$"{Hl7Options.Section}:{nameof(Hl7Options.Port)}"]))
            return services;
        services.AddSingleton<Hl7Statistics>();
        services.AddSingleton<Hl7Patients>();
        services.AddSingleton<ObservationReports>();
        services.AddSingleton<RecentMessages>();
        services.AddSingleton<StayMessages>();
        services.AddSingleton<Hl7Desk>();
        services.AddHostedService<Hl7Listener>();
        return services;
    }
}
