using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Who cares for whom. A caller reads its own writes.</summary>
public interface ICareTeamStore
{
    /// <summary>Adds or replaces clinicians by id, all or none. One who had left is back.</summary>
    /// <exception cref="ConflictException">Duplicate: an account belongs to another clinician.</exception>
    Task PutCliniciansAsync(IReadOnlyList<Clinician> clinicians, CancellationToken cancel = default);

    /// <summary>Every clinician who has not left, by name.</summary>
    Task<IReadOnlyList<Clinician>> CliniciansAsync(CancellationToken cancel = default);

    /// <summary>
    /// A clinician leaves: is in no list, on call for nothing and referred to by nobody any more, and the account is free for another.
    /// Assignments that hold end, and those to come never hold. What the clinician did before stays, for contacts and past teams.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> RemoveClinicianAsync(ObjectId id, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>Adds assignments, all or none. The same patient, clinician, role and start again replaces the end.</summary>
    /// <exception cref="ConflictException">Missing: a clinician is not there, or has left.</exception>
    Task AssignAsync(IReadOnlyList<CareAssignment> assignments, CancellationToken cancel = default);

    /// <summary>
    /// Ends a clinician's assignments in a role for a patient: those that hold at the time, and those without an end that begin later,
    /// which then never hold.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> UnassignAsync(ObjectId patientId, ObjectId clinicianId, CareRole role, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>The assignments of a patient that hold at a time, by role in the order of escalation and then by start.</summary>
    Task<IReadOnlyList<CareAssignment>> TeamAsync(ObjectId patientId, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>A clinician's assignments that hold at a time or will hold later, by start and then by patient and role.</summary>
    Task<IReadOnlyList<CareAssignment>> AssignmentsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>
    /// Every assignment of some patients that holds at some time from one moment until just before a later one: by patient, then by start,
    /// role, name and id.
    /// </summary>
    Task<IReadOnlyList<CareAssignment>> AssignmentsAsync(
        IReadOnlyCollection<ObjectId> patients, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default);

    /// <summary>The patients who have somebody in a role of escalation (assigned nurse, charge nurse, attending) at a time.</summary>
    Task<IReadOnlyList<ObjectId>> PatientsWithTeamAsync(DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>Who is on call: the hospital first, then the wards by region and name, those with nobody left out.</summary>
    Task<IReadOnlyList<OnCall>> OnCallAsync(CancellationToken cancel = default);

    /// <summary>Replaces who is on call for a ward or the hospital.</summary>
    /// <exception cref="ConflictException">Missing: a clinician is not there, or has left.</exception>
    Task SetOnCallAsync(OnCall onCall, CancellationToken cancel = default);

    /// <summary>The patients a clinician has in care at a time.</summary>
    Task<IReadOnlyList<ObjectId>> PatientsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>The patients two clinicians both have in care at a time.</summary>
    Task<IReadOnlyList<ObjectId>> SharedPatientsAsync(ObjectId first, ObjectId second, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>How many patients each clinician has at a time, those with none too, most first.</summary>
    Task<IReadOnlyList<Workload>> WorkloadAsync(DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>Records that one clinician refers patients to another; again changes nothing.</summary>
    /// <exception cref="ConflictException">Missing: a clinician is not there, or has left.</exception>
    Task ReferAsync(ObjectId from, ObjectId to, CancellationToken cancel = default);

    /// <summary>
    /// A shortest way of referrals from one clinician to another, both included (one when they are the same);
    /// empty when there is none within 8 steps.
    /// </summary>
    Task<IReadOnlyList<Clinician>> ReferralPathAsync(ObjectId from, ObjectId to, CancellationToken cancel = default);

    /// <summary>
    /// Records moves of patients between rooms, in the order given: each ends the stay in another room and begins one in its own. A
    /// patient who is in the room already stays there. Of one patient, a move from before the last thing known changes nothing, and
    /// one at the same time as the last takes its place. So moves in the order of their times may be repeated, and by several nodes.
    /// </summary>
    Task MoveAsync(IReadOnlyList<PatientMove> moves, CancellationToken cancel = default);

    /// <summary>The stays that last, one a patient at most, by patient.</summary>
    Task<IReadOnlyList<Stay>> OpenStaysAsync(CancellationToken cancel = default);

    /// <summary>
    /// Who shared a nurse or a room with a patient over overlapping time that ended after a time or lasts: by start and then by patient, a
    /// room before the nurses by name. Assignments that have not begun yet count from when they will.
    /// </summary>
    Task<IReadOnlyList<Contact>> ContactsAsync(ObjectId patientId, DateTimeOffset since, CancellationToken cancel = default);
}
