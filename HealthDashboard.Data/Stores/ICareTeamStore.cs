using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>Who cares for whom. A caller reads its own writes.</summary>
public interface ICareTeamStore
{
    /// <summary>Adds or replaces clinicians by id.</summary>
    Task PutCliniciansAsync(IReadOnlyList<Clinician> clinicians, CancellationToken cancel = default);

    /// <summary>Every clinician, by name.</summary>
    Task<IReadOnlyList<Clinician>> CliniciansAsync(CancellationToken cancel = default);

    /// <summary>Adds assignments, all or none. The same patient, clinician, role and start again replaces the end.</summary>
    /// <exception cref="ConflictException">Missing: a clinician is not there.</exception>
    Task AssignAsync(IReadOnlyList<CareAssignment> assignments, CancellationToken cancel = default);

    /// <summary>
    /// Ends a clinician's assignments in a role for a patient: those that hold at the time, and those without an end that begin later,
    /// which then never hold.
    /// </summary>
    /// <returns>Whether there was one.</returns>
    Task<bool> UnassignAsync(ObjectId patientId, ObjectId clinicianId, CareRole role, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>The assignments of a patient that hold at a time, by role in the order of escalation and then by start.</summary>
    Task<IReadOnlyList<CareAssignment>> TeamAsync(ObjectId patientId, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>The patients a clinician has in care at a time.</summary>
    Task<IReadOnlyList<ObjectId>> PatientsOfAsync(ObjectId clinicianId, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>The patients two clinicians both have in care at a time.</summary>
    Task<IReadOnlyList<ObjectId>> SharedPatientsAsync(ObjectId first, ObjectId second, DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>How many patients each clinician has at a time, those with none too, most first.</summary>
    Task<IReadOnlyList<Workload>> WorkloadAsync(DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>Records that one clinician refers patients to another; again changes nothing.</summary>
    /// <exception cref="ConflictException">Missing: a clinician is not there.</exception>
    Task ReferAsync(ObjectId from, ObjectId to, CancellationToken cancel = default);

    /// <summary>
    /// A shortest way of referrals from one clinician to another, both included (one when they are the same);
    /// empty when there is none within 8 steps.
    /// </summary>
    Task<IReadOnlyList<Clinician>> ReferralPathAsync(ObjectId from, ObjectId to, CancellationToken cancel = default);

    /// <summary>Who shared a nurse with a patient, over overlapping time, since a time.</summary>
    Task<IReadOnlyList<Contact>> ContactsAsync(ObjectId patientId, DateTimeOffset since, CancellationToken cancel = default);
}
