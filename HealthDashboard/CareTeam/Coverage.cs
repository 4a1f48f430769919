using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.CareTeam;

/// <summary>
/// How many admitted patients have nobody an alert could be escalated to. Counted with two questions for all patients together, and at most
/// twice a minute however many pages ask.
/// </summary>
internal sealed class Coverage(ICareTeamStore team, PatientDirectory patients, TimeProvider time)
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim counting = new(1, 1);
    private (int? Count, DateTimeOffset At)? last;

    /// <summary>The number of admitted patients for whom there is nobody; null while the care teams cannot be read.</summary>
    public async Task<int?> CountWithoutAsync(CancellationToken cancel)
    {
        await counting.WaitAsync(cancel);
        try
        {
            var now = time.GetUtcNow();
            if (last is not { } known || now - known.At >= Lasts || now < known.At)
                last = known = (await CountAsync(now, cancel), now);
            return known.Count;
        }
        finally
        {
            counting.Release();
        }
    }

    private async Task<int?> CountAsync(DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            var onCall = (await team.OnCallAsync(cancel)).Select(place => place.Ward).ToHashSet();
            if (onCall.Contains(null))
                return 0;
            var covered = (await team.PatientsWithTeamAsync(now, cancel)).ToHashSet();
            return patients.All.Select(known => known.Patient).Count(patient =>
                patient.Status == PatientStatus.Admitted && !covered.Contains(patient.Id) && !onCall.Contains(new WardKey(patient.Region, patient.Ward)));
        }
        catch (StoreException)
        {
            // The System page says of the store itself that it is unavailable.
            return null;
        }
    }
}
