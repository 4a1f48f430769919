using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>Who is on call for each ward and for the hospital, for the API and the page.</summary>
internal sealed class OnCallRoster(ICareTeamStore team, PatientDirectory directory, Audit audit)
{
    /// <summary>The hospital first, then every ward that a patient or a clinician is on, by region and name, also where nobody is on call.</summary>
    public async Task<IReadOnlyList<OnCall>> AllAsync(CancellationToken cancel)
    {
        var onCall = await team.OnCallAsync(cancel);
        var wards = directory.All.Select(known => new WardKey(known.Patient.Region, known.Patient.Ward))
            .Concat((await team.CliniciansAsync(cancel)).Where(c => c.Ward is not null).Select(c => new WardKey(c.Region, c.Ward!)))
            .Concat(onCall.Select(place => place.Ward).OfType<WardKey>())
            .Distinct()
            .OrderBy(ward => ward.Region, StringComparer.Ordinal)
            .ThenBy(ward => ward.Ward, StringComparer.Ordinal);
        return [.. new WardKey?[] { null }.Concat(wards).Select(ward => onCall.FirstOrDefault(place => place.Ward == ward) ?? new OnCall(ward))];
    }

    /// <summary>Who is on call for a ward, or with null for the hospital; null when there is no such ward.</summary>
    public async Task<OnCall?> FindAsync(WardKey? ward, CancellationToken cancel) => (await AllAsync(cancel)).FirstOrDefault(place => place.Ward == ward);

    /// <summary>Replaces who is on call.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="ward">A ward that there is; null for the hospital.</param>
    /// <param name="fields"><c>chargeNurseId</c> and <c>doctorId</c>, null for nobody; what is wrong is added to their errors.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What holds now; null when something is wrong, and then nothing was written.</returns>
    /// <exception cref="ConflictException">Missing: a clinician left a moment ago.</exception>
    public async Task<OnCall?> SetAsync(ClaimsPrincipal by, WardKey? ward, JsonFields fields, CancellationToken cancel)
    {
        var clinicians = await team.CliniciansAsync(cancel);
        var onCall = new OnCall(ward, Read("chargeNurseId", Profession.Nurse), Read("doctorId", Profession.Doctor));
        if (fields.Errors.Count > 0)
            return null;
        await audit.EnsureAsync();
        await team.SetOnCallAsync(onCall, cancel);
        await audit.WriteAsync(
            by,
            "onCall.update",
            detail: $"{ward?.ToString() ?? "hospital"}: charge nurse {onCall.ChargeNurse?.Id.ToString() ?? "nobody"}, doctor {onCall.Doctor?.Id.ToString() ?? "nobody"}");
        return onCall;

        Clinician? Read(string name, Profession profession)
        {
            if (fields.OptionalText(name, 2 * ObjectId.Size) is not { } id)
                return null;
            var found = clinicians.FirstOrDefault(clinician => clinician.Id.ToString() == id);
            if (found?.Profession != profession)
                fields.Add(name, $"is '{id}'; allowed is the id of a {profession.ToString().ToLowerInvariant()}.");
            return found;
        }
    }
}
