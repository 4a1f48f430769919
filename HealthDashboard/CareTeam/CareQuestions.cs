using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.CareTeam;

/// <summary>Patients of an answer, as far as whoever asks may see them.</summary>
/// <param name="Shown">Those, by ward and bed.</param>
/// <param name="Others">How many more there are: of other wards, or without a record.</param>
internal sealed record SeenPatients(IReadOnlyList<Patient> Shown, int Others);

/// <summary>What a patient had in common with another, whom whoever asks may see.</summary>
/// <param name="Line">What.</param>
/// <param name="Patient">The other patient.</param>
internal sealed record SeenContact(ContactLine Line, Patient Patient);

/// <summary>
/// The questions that the graph of care answers, for the pages and their downloads. A patient is named to whom the record may be shown in a
/// list; others are counted. Whoever calls has written the look down.
/// </summary>
internal sealed class CareQuestions(
    ICareTeamStore team, IPatientStore records, PatientDirectory directory, PatientAccess access, Audit audit, IOptions<StoreOptions> stores, TimeProvider time)
{
    private const int MostFound = 12;

    /// <summary>The store that answers, for people.</summary>
    public string Source => stores.Value.Chosen.TryGetValue("CareTeam", out var store) ? store.Server : "SQLite";

    /// <summary>The wards that patients are on now, by name.</summary>
    public IReadOnlyList<WardKey> Wards =>
    [
        .. directory.All.Select(known => new WardKey(known.Patient.Region, known.Patient.Ward)).Distinct()
            .OrderBy(ward => ward.Ward, StringComparer.Ordinal).ThenBy(ward => ward.Region, StringComparer.Ordinal),
    ];

    /// <summary>Patients found by words of name, MRN, bed or condition, at most a dozen; those in the hospital first.</summary>
    /// <exception cref="AuditUnavailableException">The look cannot be written down.</exception>
    /// <exception cref="StoreException">A store is unavailable.</exception>
    public async Task<IReadOnlyList<Patient>> FindAsync(string words, ClaimsPrincipal user, CancellationToken cancel)
    {
        const int AtOnce = 100;
        await audit.LookAsync(user, "look.patients");
        var theirs = await access.TheirsAsync(user, cancel);
        var found = (await records.SearchAsync(new(words, PageSize: AtOnce, Status: PatientStatus.Admitted), cancel)).Items.Where(theirs).Take(MostFound).ToList();
        if (found.Count < MostFound)
            found.AddRange((await records.SearchAsync(new(words, PageSize: AtOnce, Status: PatientStatus.Discharged), cancel)).Items.Where(theirs).Take(MostFound - found.Count));
        return found;
    }

    /// <summary>A patient who is asked about; null when there is none.</summary>
    /// <exception cref="StoreException">The store of records is unavailable.</exception>
    public async Task<Patient?> PatientAsync(ObjectId id, CancellationToken cancel) => (await directory.FindAsync(id, cancel))?.Patient;

    /// <summary>Who covers a patient at a time. Who was on call at another time is not kept, so these are of now.</summary>
    /// <exception cref="StoreException">The store is unavailable.</exception>
    public async Task<Cover> CoverAsync(Patient patient, DateTimeOffset at, CancellationToken cancel) =>
        Cover.Of(patient, await team.TeamAsync(patient.Id, at, cancel), await team.OnCallAsync(cancel), time);

    /// <summary>Who covers a ward, and each patient who is there now, by bed.</summary>
    /// <exception cref="StoreException">The store is unavailable.</exception>
    public async Task<(Cover Ward, IReadOnlyList<Cover> Patients)> CoverAsync(WardKey ward, DateTimeOffset at, ClaimsPrincipal user, CancellationToken cancel)
    {
        var theirs = await access.TheirsAsync(user, cancel);
        List<Patient> patients = [.. Rounds.InOrder(directory.All.Select(known => known.Patient).Where(patient => patient.Region == ward.Region && patient.Ward == ward.Ward && theirs(patient)))];
        var onCall = await team.OnCallAsync(cancel);
        // What holds at that moment.
        var assignments = patients.Count == 0 ? [] : await team.AssignmentsAsync([.. patients.Select(patient => patient.Id)], at, at.AddMilliseconds(1), cancel);
        var teams = assignments.Where(assignment => assignment.HoldsAt(at)).ToLookup(assignment => assignment.PatientId);
        return (Cover.Of(ward, onCall), [.. patients.Select(patient => Cover.Of(patient, [.. teams[patient.Id]], onCall, time))]);
    }

    /// <summary>How many patients each clinician of a ward has, those who work across the wards of its region too; null for everybody.</summary>
    /// <exception cref="StoreException">The store is unavailable.</exception>
    public async Task<IReadOnlyList<Workload>> WorkloadAsync(WardKey? ward, DateTimeOffset at, WorkloadSort sort, bool reversed, CancellationToken cancel)
    {
        var all = (await team.WorkloadAsync(at, cancel)).Where(load => ward is null
            || (load.Clinician.Region == ward.Region && (load.Clinician.Ward is null || load.Clinician.Ward == ward.Ward)));
        var sorted = sort switch
        {
            WorkloadSort.Name => all.OrderBy(load => load.Clinician.Name, StringComparer.CurrentCultureIgnoreCase),
            WorkloadSort.Ward => all.OrderBy(load => load.Clinician.Ward is null).ThenBy(load => load.Clinician.Ward, StringComparer.Ordinal).ThenBy(load => load.Clinician.Region, StringComparer.Ordinal),
            _ => all,
        };
        return reversed ? [.. sorted.Reverse()] : [.. sorted];
    }

    /// <summary>The patients of a clinician, or those whom two clinicians share.</summary>
    /// <exception cref="StoreException">A store is unavailable.</exception>
    public async Task<SeenPatients> PatientsAsync(ObjectId clinician, ObjectId? other, DateTimeOffset at, ClaimsPrincipal user, CancellationToken cancel)
    {
        var ids = other is { } second ? await team.SharedPatientsAsync(clinician, second, at, cancel) : await team.PatientsOfAsync(clinician, at, cancel);
        var shown = await SeenAsync(ids, user, cancel);
        return new([.. Rounds.InOrder(shown)], ids.Count - shown.Count);
    }

    /// <summary>Who had contact with a patient in the last hours, as <see cref="ContactLine"/> has them; and how many others did.</summary>
    /// <exception cref="StoreException">A store is unavailable.</exception>
    public async Task<(IReadOnlyList<SeenContact> Shown, int Others)> ContactsAsync(ObjectId patient, int hours, ClaimsPrincipal user, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var since = now.AddHours(-hours);
        var lines = ContactLine.Of(await team.ContactsAsync(patient, since, cancel), since, now);
        var shown = (await SeenAsync([.. lines.Select(line => line.PatientId)], user, cancel)).ToDictionary(seen => seen.Id);
        return ([.. lines.Where(line => shown.ContainsKey(line.PatientId)).Select(line => new SeenContact(line, shown[line.PatientId]))], lines.Count - shown.Count);
    }

    private async Task<List<Patient>> SeenAsync(IReadOnlyList<ObjectId> ids, ClaimsPrincipal user, CancellationToken cancel)
    {
        var theirs = await access.TheirsAsync(user, cancel);
        List<Patient> seen = [];
        foreach (var id in ids)
        {
            if (await PatientAsync(id, cancel) is { } patient && theirs(patient))
                seen.Add(patient);
        }
        return seen;
    }
}
