using HealthDashboard.Access;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Patients;

internal static class PatientsServices
{
    /// <summary>Adds what keeps records, stays, notes and observations.</summary>
    public static IServiceCollection AddPatients(this IServiceCollection services)
    {
        services.AddCensus(static provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value.DefaultLimits);
        services.AddAccess();
        services.AddSingleton<LimitBook>();
        services.AddSingleton<StayDesk>();
        services.AddSingleton<NoteDesk>();
        return services.AddSingleton<ObservationDesk>();
    }

    /// <summary>Adds records, stays, vital signs and limits, and who has looked at them, over HTTP.</summary>
    public static void MapPatients(this IEndpointRouteBuilder app)
    {
        app.MapAccess();
        app.MapPatientRecords();
        app.MapLimits();
    }
}
