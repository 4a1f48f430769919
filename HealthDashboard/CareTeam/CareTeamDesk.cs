using System.Security.Claims;
using System.Text.Json;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>What is done with patients' teams over the API and on the pages, each deed in the audit.</summary>
internal sealed class CareTeamDesk(ICareTeamStore team, PatientDirectory directory, PatientAccess access, Audit audit, TimeProvider time)
{
    /// <summary>So many patients can be assigned to somebody in one step.</summary>
    public const int MostPatients = 200;

    /// <summary>Assigns a clinician to a patient. One who has this part until that time already stays as is.</summary>
    /// <param name="by">Who does it.</param>
    /// <param name="patientId">The patient.</param>
    /// <param name="fields"><c>clinicianId</c>, <c>role</c>, <c>from</c> (now when left out) and <c>to</c> (open when left out); what is wrong is added to their errors.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What holds; null when a field is wrong, and when none is: there is no such patient. Then nothing was written.</returns>
    /// <exception cref="ConflictException">Missing: the clinician left a moment ago.</exception>
    public async Task<CareAssignment?> AssignAsync(ClaimsPrincipal by, ObjectId patientId, JsonFields fields, CancellationToken cancel)
    {
        if (await ReadAsync(patientId, fields, cancel) is not { } wanted || await directory.FindAsync(patientId, cancel) is null)
            return null;
        // Whoever got no answer assigns once more: one that stands already is the answer.
        if ((await team.TeamAsync(patientId, wanted.From, cancel)).FirstOrDefault(member => IsSamePart(member, wanted) && member.To == wanted.To) is { } standing)
            return standing;
        await team.AssignAsync([wanted], cancel);
        await WriteAsync(by, "careTeam.assign", wanted);
        return wanted;
    }

    /// <summary>Assigns a clinician to patients, to all or to none of them.</summary>
    /// <param name="by">Who does it: somebody who may open the patients' records.</param>
    /// <param name="wanted">Who, for whom, as what and when.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What is wrong, in sentences; empty once it is stored.</returns>
    /// <exception cref="StoreException">It cannot be stored, or not be written down.</exception>
    public async Task<IReadOnlyList<string>> AssignAsync(ClaimsPrincipal by, AssignWish wanted, CancellationToken cancel)
    {
        if (wanted.Patients.Count is 0 or > MostPatients)
            return [wanted.Patients.Count == 0 ? "Choose a patient." : $"Choose at most {MostPatients} patients."];
        var from = wanted.From ?? time.GetUtcNow();
        var fields = new JsonFields(JsonSerializer.SerializeToElement(new { clinicianId = wanted.Clinician, role = wanted.Role, from, to = wanted.To }));
        if (await ReadAsync(wanted.Patients[0], fields, cancel) is not { } first)
            return [.. fields.Errors.Keys.Select(key => Sentences.GetValueOrDefault(key, "Something is wrong with the times."))];
        if (await RefusalAsync(by, wanted.Patients, cancel) is { } refusal)
            return [refusal];
        var writes = new List<CareAssignment>();
        var deeds = new List<(string Action, CareAssignment Assignment)>();
        var there = await team.AssignmentsAsync(wanted.Patients, from, wanted.To ?? from.AddYears(10), cancel);
        foreach (var patient in wanted.Patients.Distinct())
        {
            var mine = first with { PatientId = patient };
            var others = there.Where(one => one.PatientId == patient && one.Role == wanted.Role).ToList();
            if (others.Any(one => IsSamePart(one, mine) && one.From <= mine.From && one.To == mine.To))
                continue;
            if (wanted.InPlaceOfOthers)
            {
                writes.AddRange(others.SelectMany(other => MakeRoom(other, mine)));
                deeds.AddRange(others.Where(other => other.Clinician.Id != mine.Clinician.Id).Select(other => ("careTeam.unassign", other)));
            }
            writes.Add(mine);
            deeds.Add(("careTeam.assign", mine));
        }
        await WriteAllAsync(by, writes, deeds, cancel);
        return [];
    }

    /// <summary>Those who have the part already at some time of what somebody wants, besides the clinician who is wanted.</summary>
    /// <exception cref="StoreException">The teams cannot be read.</exception>
    public async Task<IReadOnlyList<CareAssignment>> OthersAsync(AssignWish wanted, CancellationToken cancel)
    {
        var from = wanted.From ?? time.GetUtcNow();
        if (wanted.To <= from)
            return [];
        return
        [
            .. (await team.AssignmentsAsync(wanted.Patients, from, wanted.To ?? from.AddYears(10), cancel))
                .Where(one => one.Role == wanted.Role && one.Clinician.Id != wanted.Clinician),
        ];
    }

    /// <summary>Changes the part of somebody in a team, from now on, or when it ends.</summary>
    /// <param name="by">Who does it: somebody who may open the patient's record.</param>
    /// <param name="before">The assignment as it was shown.</param>
    /// <param name="role">The part from now on.</param>
    /// <param name="to">When it ends; null while open.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What is wrong, in sentences; empty once it is stored.</returns>
    /// <exception cref="StoreException">It cannot be stored, or not be written down.</exception>
    public async Task<IReadOnlyList<string>> ChangeAsync(ClaimsPrincipal by, CareAssignment before, CareRole role, DateTimeOffset? to, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var start = now > before.From ? now : before.From;
        if (before.Clinician.Profession != ProfessionFor(role))
            return [Sentences["role"]];
        if (to <= start)
            return [Sentences["to"]];
        if (await RefusalAsync(by, [before.PatientId], cancel) is { } refusal)
            return [refusal];
        if (!await IsThereAsync(before, cancel))
            return ["Somebody has changed this assignment meanwhile. Look at it again."];
        CareAssignment[] writes = role == before.Role ? [before with { To = to }] : [before with { To = start }, before with { Role = role, From = start, To = to }];
        await WriteAllAsync(by, writes, [("careTeam.update", writes[^1])], cancel);
        return [];
    }

    /// <summary>Ends an assignment: now, or one that has not begun before it does.</summary>
    /// <param name="by">Who does it: somebody who may open the patient's record.</param>
    /// <param name="assignment">The assignment as it was shown. One that has ended meanwhile stays ended.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>What is wrong, in sentences; empty once it has ended.</returns>
    /// <exception cref="StoreException">It cannot be stored, or not be written down.</exception>
    public async Task<IReadOnlyList<string>> EndAsync(ClaimsPrincipal by, CareAssignment assignment, CancellationToken cancel)
    {
        if (await RefusalAsync(by, [assignment.PatientId], cancel) is { } refusal)
            return [refusal];
        if (!await IsThereAsync(assignment, cancel))
            return [];
        var now = time.GetUtcNow();
        // What ends as it begins never holds.
        await WriteAllAsync(by, [assignment with { To = assignment.From > now ? assignment.From : now }], [("careTeam.unassign", assignment)], cancel);
        return [];
    }

    /// <summary>Ends a clinician's assignments in a role, those that hold and those without an end that begin later.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> EndAsync(ClaimsPrincipal by, ObjectId patientId, ObjectId clinicianId, CareRole role, CancellationToken cancel)
    {
        if (!await team.UnassignAsync(patientId, clinicianId, role, time.GetUtcNow(), cancel))
            return false;
        await audit.WriteAsync(by, "careTeam.unassign", patientId, $"{clinicianId} as {role}");
        return true;
    }

    /// <summary>Who may have a part.</summary>
    public static Profession ProfessionFor(CareRole role) => role is CareRole.AssignedNurse or CareRole.ChargeNurse ? Profession.Nurse : Profession.Doctor;

    // What stays of an assignment around another that takes its place: what is before it, and what would go on after it.
    internal static IEnumerable<CareAssignment> MakeRoom(CareAssignment other, CareAssignment mine)
    {
        if (other.Clinician.Id != mine.Clinician.Id || other.From != mine.From)
            yield return other with { To = other.From < mine.From ? mine.From : other.From };
        if (mine.To is { } end && (other.To is null || other.To > end))
            yield return other with { From = end };
    }

    private static readonly Dictionary<string, string> Sentences = new(StringComparer.Ordinal)
    {
        ["clinicianId"] = "Choose a clinician.",
        ["role"] = "Nurses are assigned nurses or charge nurses, doctors attend or consult.",
        ["to"] = "The end must be after the start, and in the future.",
    };

    private static bool IsSamePart(CareAssignment one, CareAssignment other) => one.Clinician.Id == other.Clinician.Id && one.Role == other.Role;

    private async Task<CareAssignment?> ReadAsync(ObjectId patientId, JsonFields fields, CancellationToken cancel)
    {
        var clinicianId = fields.Text("clinicianId", 2 * ObjectId.Size);
        var role = fields.Choice<CareRole>("role", null);
        var from = fields.Time("from") ?? time.GetUtcNow();
        var to = fields.Time("to");
        if (to <= from)
            fields.Add("to", $"is '{to:O}'; it must be after from, which is '{from:O}'.");
        var clinician = (await team.CliniciansAsync(cancel)).FirstOrDefault(c => c.Id.ToString() == clinicianId);
        if (clinician is null && !fields.HasError("clinicianId"))
            fields.Add("clinicianId", $"is '{clinicianId}'; allowed is the id of a clinician.");
        else if (clinician is not null && !fields.HasError("role") && clinician.Profession != ProfessionFor(role))
            fields.Add("role", $"is for a {ProfessionFor(role)}; this clinician is a {clinician.Profession}.");
        return fields.Errors.Count > 0 ? null : new(patientId, clinician!, role, from, to);
    }

    // A request is stopped by the gate; a page stays open while somebody's wards change.
    private async Task<string?> RefusalAsync(ClaimsPrincipal by, IReadOnlyList<ObjectId> patients, CancellationToken cancel)
    {
        foreach (var id in patients)
        {
            if (await directory.FindAsync(id, cancel) is null)
                return "The patient's record has been deleted.";
            if (!await access.MaySeeAsync(by, id, cancel))
                return "This patient is neither in your care nor in a ward of yours.";
        }
        return null;
    }

    private async Task<bool> IsThereAsync(CareAssignment shown, CancellationToken cancel) =>
        (await team.AssignmentsAsync([shown.PatientId], shown.From, shown.From.AddSeconds(1), cancel))
            .Any(one => IsSamePart(one, shown) && one.From == shown.From && one.To == shown.To);

    private async Task WriteAllAsync(ClaimsPrincipal by, IReadOnlyList<CareAssignment> writes, IEnumerable<(string Action, CareAssignment Assignment)> deeds, CancellationToken cancel)
    {
        if (writes.Count == 0)
            return;
        await audit.EnsureAsync();
        await team.AssignAsync(writes, cancel);
        // Those that are written together share one write.
        await Task.WhenAll(deeds.Select(deed => WriteAsync(by, deed.Action, deed.Assignment)));
    }

    private Task WriteAsync(ClaimsPrincipal by, string action, CareAssignment assignment) =>
        audit.WriteAsync(by, action, assignment.PatientId, $"{assignment.Clinician.Id} as {assignment.Role}");
}

/// <summary>Whom somebody wants to assign on a page.</summary>
/// <param name="Patients">To whom.</param>
/// <param name="Clinician">Whom; null while nobody is chosen.</param>
/// <param name="Role">As what.</param>
/// <param name="From">From when; null for now.</param>
/// <param name="To">Until when; null for an open end.</param>
/// <param name="InPlaceOfOthers">Whether those who have this part within that time give way to it. Else they have it together.</param>
public sealed record AssignWish(
    IReadOnlyList<ObjectId> Patients, ObjectId? Clinician, CareRole Role, DateTimeOffset? From = null, DateTimeOffset? To = null, bool InPlaceOfOthers = false);
