using System.Security.Claims;
using HealthDashboard.Access;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;
using HealthDashboard.Scopes;

namespace HealthDashboard.CareTeam;

/// <summary>Reads the teams of a ward with a few questions for all patients together, and only of patients that somebody may see.</summary>
internal sealed class WardTeamsReader(ICareTeamStore team, PatientDirectory directory, PatientAccess access, TimeProvider time)
{
    /// <summary>So many patients a page lists at most.</summary>
    public const int MostPatients = 200;

    /// <summary>So far ahead assignments that have not begun are shown.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(3);

    /// <summary>Reads the teams as of now.</summary>
    /// <param name="user">Who looks. Whoever is in the middle must be theirs to see.</param>
    /// <param name="scope">What the screen follows.</param>
    /// <param name="middle">Whom the page has in the middle.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreException">The teams cannot be read.</exception>
    public async Task<WardTeams> ReadAsync(ClaimsPrincipal user, ScreenScope scope, Middle middle, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var theirs = await access.TheirsAsync(user, cancel);
        var workload = await team.WorkloadAsync(now, cancel);
        var onCall = await team.OnCallAsync(cancel);
        var inWard = PatientsOf(directory, scope, theirs);
        var listed = inWard.Take(MostPatients).ToList();

        var center = middle.Patient is { } id ? (await directory.FindAsync(id, cancel))?.Patient : null;
        var who = workload.FirstOrDefault(load => load.Clinician.Id == middle.Clinician)?.Clinician;
        var (own, hidden) = who is null ? ([], 0) : await OwnAsync(who, now, theirs, cancel);
        var rows = await RowsAsync([.. listed, .. own, .. center is null ? (Patient[])[] : [center]], onCall, now, cancel);

        // The ward of the patient in the middle, whatever the screen follows.
        var ward = center is null ? scope : ScreenScope.Of(new WardKey(center.Region, center.Ward));
        var clinicians = workload.OrderBy(load => IsOf(load.Clinician, ward) ? 0 : 1).ThenBy(load => load.Clinician.Profession).ThenBy(load => load.Clinician.Name, StringComparer.OrdinalIgnoreCase).ToList();
        return new(
            now,
            [.. listed.Select(patient => rows[patient.Id])],
            inWard.Count - listed.Count,
            clinicians,
            clinicians.Count(load => IsOf(load.Clinician, ward)),
            center is null ? null : rows[center.Id],
            who,
            [.. own.Select(patient => rows[patient.Id])],
            hidden,
            onCall);
    }

    /// <summary>The admitted patients whom the screen follows and somebody may see, by region, ward, bed and name.</summary>
    public static List<Patient> PatientsOf(PatientDirectory directory, ScreenScope scope, Func<Patient, bool> theirs) =>
        [.. Rounds.InOrder(directory.All.Select(known => known.Patient).Where(patient => scope.Has(patient.Region, patient.Ward, patient.Id) && theirs(patient)))];

    /// <summary>Whether a clinician works on a ward that the screen follows.</summary>
    public static bool IsOf(Clinician clinician, ScreenScope scope) => clinician.Ward is { } ward && scope.Wards.Contains(new(clinician.Region, ward));

    private async Task<(List<Patient> Own, int Hidden)> OwnAsync(Clinician who, DateTimeOffset now, Func<Patient, bool> theirs, CancellationToken cancel)
    {
        var all = new List<Patient>();
        foreach (var id in (await team.PatientsOfAsync(who.Id, now, cancel)).Take(MostPatients))
        {
            if (await directory.FindAsync(id, cancel) is { Patient: { Status: PatientStatus.Admitted } patient })
                all.Add(patient);
        }
        List<Patient> seen = [.. Rounds.InOrder(all.Where(theirs))];
        return (seen, all.Count - seen.Count);
    }

    private async Task<Dictionary<ObjectId, TeamRow>> RowsAsync(IReadOnlyList<Patient> patients, IReadOnlyList<OnCall> onCall, DateTimeOffset now, CancellationToken cancel)
    {
        var each = patients.DistinctBy(patient => patient.Id).ToList();
        var assignments = (await team.AssignmentsAsync([.. each.Select(patient => patient.Id)], now, now + Ahead, cancel)).ToLookup(one => one.PatientId);
        return each.ToDictionary(patient => patient.Id, patient =>
        {
            CareAssignment[] holding = [.. assignments[patient.Id].Where(one => one.HoldsAt(now)).OrderBy(one => one.Role).ThenBy(one => one.From)];
            return new TeamRow(
                patient,
                holding,
                [.. assignments[patient.Id].Where(one => one.From > now)],
                CareChain.StepsOf(holding, onCall, new WardKey(patient.Region, patient.Ward)));
        });
    }
}
