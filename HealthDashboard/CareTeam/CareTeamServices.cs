using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.Extensions.Options;

namespace HealthDashboard.CareTeam;

internal static class CareTeamServices
{
    /// <summary>
    /// Adds clinicians, who is on call, and what records who lies where. The patients' directory must be there, so that its patients are.
    /// </summary>
    public static void AddCareTeam(this IServiceCollection services)
    {
        services.AddSingleton(static provider => new KeptFile<IReadOnlyList<PatientMove>>(
            Path.Combine(provider.GetRequiredService<IOptions<StoreOptions>>().Value.DataDirectory, "moves-waiting.json")));
        services.AddHostedService<StayKeeper>();
        services.AddSingleton<CareTeamDesk>();
        services.AddSingleton<ClinicianAdmin>();
        services.AddSingleton<OnCallRoster>();
        services.AddSingleton<Coverage>();
        services.AddSingleton<WardTeamsReader>();
        services.AddSingleton<ShiftTimes>();
        services.AddSingleton<CareQuestions>();
    }

    /// <summary>Adds teams, clinicians and who is on call, over HTTP.</summary>
    public static void MapCareTeam(this IEndpointRouteBuilder app)
    {
        app.MapClinicians();
        app.MapOnCall();
        app.MapTeams();
        app.MapQuestions();
    }
}
