using HealthDashboard.Alarms;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Patients;

internal static class PatientsSetup
{
    public static void AddPatients(this IServiceCollection services)
    {
        services.AddPatientDirectory(static provider => provider.GetRequiredService<IOptions<AlarmOptions>>().Value.DefaultLimits);
        services.AddSingleton<LimitBook>();
        services.AddSingleton<StayDesk>();
    }
}
