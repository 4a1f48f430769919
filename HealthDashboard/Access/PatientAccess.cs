using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Access;

/// <summary>
/// Who may open which record: a person those of their wards, of the patients in their care, and for an hour those for whom they broke the
/// glass. A key is a program's and bound to no team. It is about records, charts, histories and downloads; the wall, the alerts and what they
/// need are for everybody who works with patients, because an alarm is never hidden.
/// </summary>
internal sealed class PatientAccess(PatientDirectory directory, ICareTeamStore team, GlassBook glass, IConfiguration configuration, TimeProvider time)
{
    /// <summary>Whether a record can be opened by breaking the glass: <c>Access:BreakGlass</c>, by default true.</summary>
    public bool BreakGlassIsOn { get; } = configuration.GetValue("Access:BreakGlass", true);

    /// <summary>Whether somebody may open a record now. A record that there is none of may be: whoever asks learns just that.</summary>
    /// <exception cref="StoreException">Where the patient is cannot be read.</exception>
    public async ValueTask<bool> MaySeeAsync(ClaimsPrincipal user, ObjectId patientId, CancellationToken cancel) =>
        await IsTheirsAsync(user, patientId, cancel) || (BreakGlassIsOn && await glass.FindAsync(user, patientId, cancel) is not null);

    /// <summary>Whether a patient is in somebody's care or ward, without breaking the glass.</summary>
    /// <exception cref="StoreException">Where the patient is cannot be read.</exception>
    public async ValueTask<bool> IsTheirsAsync(ClaimsPrincipal user, ObjectId patientId, CancellationToken cancel)
    {
        var wards = AccountWards.Of(user);
        if (wards.IsEverywhere)
            return true;
        if (await directory.FindAsync(patientId, cancel) is not { Patient: var patient } || wards.Has(patient.Region, patient.Ward))
            return true;
        try
        {
            return (await team.TeamAsync(patientId, time.GetUtcNow(), cancel)).Any(member => IsOf(member.Clinician, user));
        }
        catch (StoreException)
        {
            return false; // Without the teams nobody is in one, and the glass can be broken.
        }
    }

    /// <summary>Which of many patients somebody may see in a list of records, the glass apart.</summary>
    /// <exception cref="StoreException">The teams cannot be read.</exception>
    public async Task<Func<Patient, bool>> TheirsAsync(ClaimsPrincipal user, CancellationToken cancel)
    {
        var wards = AccountWards.Of(user);
        if (wards.IsEverywhere)
            return static _ => true;
        var own = (await team.CliniciansAsync(cancel)).FirstOrDefault(clinician => IsOf(clinician, user));
        HashSet<ObjectId> inCare = own is null ? [] : [.. await team.PatientsOfAsync(own.Id, time.GetUtcNow(), cancel)];
        return patient => wards.Has(patient.Region, patient.Ward) || inCare.Contains(patient.Id);
    }

    /// <summary>Whether a clinician is who is signed in.</summary>
    public static bool IsOf(Clinician clinician, ClaimsPrincipal user) => string.Equals(clinician.Account, user.Actor(), StringComparison.OrdinalIgnoreCase);
}
