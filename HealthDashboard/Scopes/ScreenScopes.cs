using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Scopes;

/// <summary>Finds out what a choice in the bar stands for now.</summary>
internal sealed class ScreenScopes(PersonNames people, ICareTeamStore team, PatientDirectory directory, TimeProvider time)
{
    /// <summary>Whether somebody can have patients: whether their account is a clinician's.</summary>
    public bool MayHavePatients(ClaimsPrincipal user) => people.ClinicianOf(user.Actor()) is not null;

    /// <summary>What a choice stands for.</summary>
    /// <param name="choice">As <see cref="ScopeCookie.Read"/> gives it.</param>
    /// <param name="user">Whose choice it is.</param>
    /// <param name="before">What it was a moment ago; null when that is not known.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>
    /// The whole hospital for a ward without patients, which must not hide the others for good. While the care teams are unavailable, the own
    /// patients as before; where they are not known, the whole hospital too: an alarm is rather shown to somebody else than to nobody.
    /// </returns>
    public async Task<ScreenScope> FindAsync(string? choice, ClaimsPrincipal user, ScreenScope? before, CancellationToken cancel)
    {
        if (choice == ScopeCookie.Mine)
            return await FindOwnAsync(user, cancel) ?? (before is { IsMine: true } ? before : ScreenScope.Hospital);
        return WardAddress.Parse(choice) is { } ward && directory.All.Any(known => known.Patient.Region == ward.Region && known.Patient.Ward == ward.Ward)
            ? ScreenScope.Of(ward)
            : ScreenScope.Hospital;
    }

    /// <summary>Somebody's own patients now; null when they are not known: the care teams are unavailable, or the account is no clinician's.</summary>
    public async Task<ScreenScope?> FindOwnAsync(ClaimsPrincipal user, CancellationToken cancel)
    {
        if (people.ClinicianOf(user.Actor()) is not { } clinician)
            return null;
        try
        {
            var patients = await team.PatientsOfAsync(clinician.Id, time.GetUtcNow(), cancel);
            return ScreenScope.Of(patients, patients.Select(id => directory.Find(id)?.Patient).OfType<Patient>().Select(patient => new WardKey(patient.Region, patient.Ward)));
        }
        catch (StoreException)
        {
            return null;
        }
    }
}
