using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>What is done with clinicians over the API and on the page, each deed in the audit.</summary>
internal sealed class ClinicianAdmin(ICareTeamStore team, IAccountStore accounts, PersonNames people, Audit audit, TimeProvider time)
{
    /// <summary>The longest reason for removing a clinician, in characters.</summary>
    public const int LongestReason = 200;

    private const int LongestName = 128;
    private const int LongestPlace = 64;
    private const int LongestAccount = 64;

    /// <summary>Finds a clinician who has not left; null when there is none.</summary>
    public async Task<Clinician?> FindAsync(ObjectId id, CancellationToken cancel) =>
        (await team.CliniciansAsync(cancel)).FirstOrDefault(clinician => clinician.Id == id);

    /// <summary>Adds a clinician, or replaces one.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="fields"><c>name</c>, <c>profession</c>, <c>region</c>, <c>ward</c> and <c>account</c>; what is wrong is added to their errors.</param>
    /// <param name="before">The clinician to replace; null for a new one.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>The clinician as stored; null when something is wrong, and then nothing was written.</returns>
    /// <exception cref="ConflictException">Duplicate: somebody else was given the account a moment ago.</exception>
    public async Task<Clinician?> SaveAsync(ClaimsPrincipal by, JsonFields fields, Clinician? before, CancellationToken cancel)
    {
        var clinician = await ReadAsync(fields, before, cancel);
        if (before is not null && clinician.Profession != before.Profession && !fields.HasError("profession") && (await DutiesAsync(before, cancel)).Any)
            fields.Add("profession", $"is a {clinician.Profession}'s; {before.Name} is still assigned or on call as a {before.Profession}.");
        if (fields.Errors.Count > 0)
            return null;
        await audit.EnsureAsync();
        await team.PutCliniciansAsync([clinician], cancel);
        await audit.WriteAsync(by, before is null ? "clinician.create" : "clinician.update", detail: clinician.Id.ToString());
        await people.RefreshAsync(CancellationToken.None);
        return clinician;
    }

    /// <summary>What a clinician still has to do.</summary>
    public async Task<Duties> DutiesAsync(Clinician clinician, CancellationToken cancel) => new(
        await team.AssignmentsOfAsync(clinician.Id, time.GetUtcNow(), cancel),
        [.. (await team.OnCallAsync(cancel)).Where(place => place.ChargeNurse?.Id == clinician.Id || place.Doctor?.Id == clinician.Id)]);

    /// <summary>Removes a clinician, whose duties end. Past care stays.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="clinician">The clinician.</param>
    /// <param name="duties">What ends, for the audit.</param>
    /// <param name="reason">Why; null when no duty ends and nothing was said.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>Whether the clinician was still there.</returns>
    public async Task<bool> RemoveAsync(ClaimsPrincipal by, Clinician clinician, Duties duties, string? reason, CancellationToken cancel)
    {
        await audit.EnsureAsync();
        if (!await team.RemoveClinicianAsync(clinician.Id, time.GetUtcNow(), cancel))
            return false;
        await audit.WriteAsync(by, "clinician.delete", detail: reason is null ? $"{clinician.Id}" : $"{clinician.Id}: {reason}");
        foreach (var assignment in duties.Assignments)
            await audit.WriteAsync(by, "careTeam.unassign", assignment.PatientId, $"{clinician.Id} as {assignment.Role}: {reason}");
        foreach (var place in duties.OnCall)
            await audit.WriteAsync(by, "onCall.update", detail: $"{place.Ward?.ToString() ?? "hospital"} without {clinician.Id}: {reason}");
        return true;
    }

    /// <summary>Records that a clinician refers patients to another; again changes nothing.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="from">Who refers; null where the caller has found that wrong.</param>
    /// <param name="fields"><c>toId</c>; what is wrong is added to their errors.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>To whom; null when something is wrong, and then nothing was written.</returns>
    /// <exception cref="AuditUnavailableException">Nothing was written.</exception>
    /// <exception cref="ConflictException">Missing: one of them left a moment ago.</exception>
    public async Task<Clinician?> ReferAsync(ClaimsPrincipal by, Clinician? from, JsonFields fields, CancellationToken cancel)
    {
        var toId = fields.Text("toId", 2 * ObjectId.Size);
        var to = (await team.CliniciansAsync(cancel)).FirstOrDefault(clinician => clinician.Id.ToString() == toId);
        if (to is null && !fields.HasError("toId"))
            fields.Add("toId", $"is '{toId}'; allowed is the id of a clinician.");
        else if (to is not null && to.Id == from?.Id)
            fields.Add("toId", "is the clinician who refers; allowed is another.");
        if (fields.Errors.Count > 0 || from is null || to is null)
            return null;
        await audit.EnsureAsync();
        await team.ReferAsync(from.Id, to.Id, cancel);
        await audit.WriteAsync(by, "clinician.refer", detail: $"{from.Id} to {to.Id}");
        return to;
    }

    private async Task<Clinician> ReadAsync(JsonFields fields, Clinician? before, CancellationToken cancel)
    {
        if (before is not null && fields.OptionalText("id", 2 * ObjectId.Size) is { } sent && sent != before.Id.ToString())
            fields.Add("id", $"is '{sent}'; allowed is that of the address, {before.Id}.");
        var id = before?.Id ?? ObjectId.New(time);
        return new(
            id,
            fields.Text("name", LongestName),
            fields.Choice<Profession>("profession", null),
            fields.Text("region", LongestPlace),
            fields.OptionalText("ward", LongestPlace),
            await ReadAccountAsync(fields, id, cancel));
    }

    private async Task<string?> ReadAccountAsync(JsonFields fields, ObjectId id, CancellationToken cancel)
    {
        if (fields.OptionalText("account", LongestAccount) is not { } given)
            return null;
        if (await accounts.FindByNameAsync(given, cancel) is not { UserName: var userName })
        {
            fields.Add("account", $"is '{given}'; allowed is the user name of an account.");
            return null;
        }
        if ((await team.CliniciansAsync(cancel)).FirstOrDefault(other => other.Account == userName && other.Id != id) is { } owner)
            fields.Add("account", $"is '{userName}', which belongs to {owner.Name}; allowed is an account that no other clinician has.");
        // As the account spells it, so that it is the same account in whatever case it is written.
        return userName;
    }
}

/// <summary>What a clinician still has to do.</summary>
/// <param name="Assignments">Those that hold or are to come, by start.</param>
/// <param name="OnCall">Where the clinician is on call.</param>
internal sealed record Duties(IReadOnlyList<CareAssignment> Assignments, IReadOnlyList<OnCall> OnCall)
{
    /// <summary>Whether there is anything.</summary>
    public bool Any => Assignments.Count > 0 || OnCall.Count > 0;

    /// <summary>The duties in words; "" when there are none.</summary>
    /// <param name="nameOf">A patient's name; null for one who is not known.</param>
    public string Describe(Func<ObjectId, string?> nameOf)
    {
        var patients = Assignments.Select(assignment => assignment.PatientId).Distinct().Select(id => nameOf(id) ?? id.ToString()).ToList();
        var places = OnCall.Select(place => place.Ward?.ToString() ?? "the hospital").ToList();
        return string.Join(" and ", new[]
        {
            patients.Count > 0 ? $"cares for {string.Join("; ", patients)}" : "",
            places.Count > 0 ? $"is on call for {string.Join(", ", places)}" : "",
        }.Where(part => part.Length > 0));
    }
}
