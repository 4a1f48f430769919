using HealthDashboard.Census;
using HealthDashboard.Clinical;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Patients;

internal static class PatientsServices
{
    public static void AddPatients(this IServiceCollection services)
    {
        services.AddPatientDirectory(static provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value.DefaultLimits);
        services.AddSingleton<LimitBook>();
        services.AddSingleton<StayDesk>();
    }
}
