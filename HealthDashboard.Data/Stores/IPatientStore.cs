using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Patient records and the alarm limits set for them. Strongly consistent: what a call has returned from writing,
/// every later read sees, and a crash does not undo it. A damaged record costs nothing but itself: who asks for it, or wants to change it,
/// is reported by <see cref="DamagedRecordException"/>; lists go on without it.
/// </summary>
public interface IPatientStore
{
    /// <summary>The damaged records and limits that it has come across.</summary>
    DamagedRecords Damaged => new("");

    /// <summary>Finds a record; null when there is none.</summary>
    /// <exception cref="DamagedRecordException">It is damaged.</exception>
    Task<Patient?> FindAsync(ObjectId id, CancellationToken cancel = default);

    /// <inheritdoc cref="FindAsync"/>
    /// <summary>Finds a record by its MRN; null when there is none.</summary>
    Task<Patient?> FindByMrnAsync(string mrn, CancellationToken cancel = default);

    /// <summary>A page of records, by family name, given name and id. Damaged ones are counted and left out.</summary>
    Task<Page<Patient>> SearchAsync(PatientQuery query, CancellationToken cancel = default);

    /// <summary>Every record, in no particular order; of a damaged one what can be read, if that says who and where the patient is.</summary>
    IAsyncEnumerable<Patient> AllAsync(CancellationToken cancel = default);

    /// <summary>As <see cref="AllAsync"/>, every patient's who is admitted, or whose status cannot be read: nobody is left unwatched by that.</summary>
    IAsyncEnumerable<Patient> AdmittedAsync(CancellationToken cancel = default);

    /// <summary>
    /// Which of these records were deleted, by what the store keeps of a deletion. A record that is merely not found, as after a restore of
    /// an old backup, is not among them.
    /// </summary>
    Task<IReadOnlySet<ObjectId>> DeletedAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancel = default);

    /// <summary>
    /// Follows what anybody changes from now on, until cancelled. The first item comes once nothing can be missed any more; later ones come
    /// at least once a second, empty when nothing has changed. An item is a hint: what it names may have changed, also several times.
    /// </summary>
    /// <returns>Null when only this process changes the records.</returns>
    /// <exception cref="StoreException">While it is read: the store cannot be followed now, or changes may have been missed.</exception>
    IAsyncEnumerable<PatientChanges>? FollowAsync(CancellationToken cancel = default) => null;

    /// <summary>Adds records, all or none.</summary>
    /// <returns>They as stored, with version 1.</returns>
    /// <exception cref="ConflictException">Duplicate: a record with the same MRN or id is there.</exception>
    Task<IReadOnlyList<Patient>> AddAsync(IReadOnlyList<Patient> patients, CancellationToken cancel = default);

    /// <summary>Replaces the record whose version is still <see cref="Patient.Version"/>.</summary>
    /// <returns>The record as stored, its version one greater.</returns>
    /// <exception cref="ConflictException">Missing, Stale, or Duplicate for another record's MRN.</exception>
    Task<Patient> ReplaceAsync(Patient patient, CancellationToken cancel = default);

    /// <summary>Takes the record out of every other call's sight. Its readings and alerts are kept, and so is a copy for the audit.</summary>
    /// <exception cref="ConflictException">Missing or Stale.</exception>
    Task DeleteAsync(ObjectId id, long version, CancellationToken cancel = default);

    /// <summary>
    /// Versions of a record, the latest first, each as it was stored; empty when there is no record. They are kept for ever; those that an
    /// older program replaced were not. Damaged ones are counted and left out.
    /// </summary>
    /// <param name="id">Whose.</param>
    /// <param name="limit">How many at most; 1 to 1,000.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<Patient>> VersionsAsync(ObjectId id, int limit, CancellationToken cancel = default);

    /// <summary>
    /// Who was admitted at a past moment: of each, the version of the record that held then, in no particular order. A version of which it is
    /// not known when it was made counts as made before. Damaged ones, and records that were deleted since, are left out.
    /// </summary>
    Task<IReadOnlyList<Patient>> AdmittedAtAsync(DateTimeOffset at, CancellationToken cancel = default);

    /// <summary>Adds a note; one with the same id that is there already stays as it is.</summary>
    /// <exception cref="ConflictException">Missing: there is no record.</exception>
    Task AddNoteAsync(PatientNote note, CancellationToken cancel = default);

    /// <summary>A patient's notes, the latest first. Damaged ones are counted and left out.</summary>
    /// <param name="patientId">Whose.</param>
    /// <param name="limit">How many at most; 1 to 1,000.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<PatientNote>> NotesAsync(ObjectId patientId, int limit, CancellationToken cancel = default);

    /// <summary>The limits set for a scope; null when none were ever set.</summary>
    /// <exception cref="DamagedRecordException">They are damaged.</exception>
    Task<AlarmLimits?> FindLimitsAsync(LimitScope scope, CancellationToken cancel = default);

    /// <summary>Every scope's limits; of damaged ones what can be read, if that says whose they are.</summary>
    Task<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>> AllLimitsAsync(CancellationToken cancel = default);

    /// <summary>Replaces the limits whose version is still <see cref="AlarmLimits.Version"/> (0: none were set yet).</summary>
    /// <returns>The limits as stored, their version one greater.</returns>
    /// <exception cref="ConflictException">Stale.</exception>
    Task<AlarmLimits> PutLimitsAsync(LimitScope scope, AlarmLimits limits, CancellationToken cancel = default);

    /// <summary>Every version of a scope's limits, the latest first. They are kept for ever.</summary>
    /// <param name="scope">What the limits are set for.</param>
    /// <param name="limit">How many at most; 1 to 1,000.</param>
    /// <param name="cancel">Ends the call.</param>
    Task<IReadOnlyList<AlarmLimits>> LimitHistoryAsync(LimitScope scope, int limit, CancellationToken cancel = default);
}

/// <summary>What may have changed.</summary>
/// <param name="Records">The keys of records that were added, changed, moved or deleted.</param>
/// <param name="Limits">Whether alarm limits were set.</param>
public sealed record PatientChanges(IReadOnlyCollection<ObjectId> Records, bool Limits);

/// <summary>Which records to list.</summary>
/// <param name="Search">
/// Words, each of which begins the MRN, a given name, a family name, the bed, or a word or code of a condition, without regard to case, marks,
/// punctuation and order; null for all.
/// Only the first <see cref="MostWords"/> count.
/// </param>
/// <param name="Region">Only this region; null for all.</param>
/// <param name="Ward">Only this ward; null for all.</param>
/// <param name="PageNumber">1 for the first page.</param>
/// <param name="PageSize">1 to 500 records.</param>
/// <param name="Status">Only patients who are admitted, or only those who have left; null for all.</param>
/// <param name="MostCounted">How far the records of all pages are counted at most, where they reach beyond this page.</param>
public sealed record PatientQuery(
    string? Search = null, string? Region = null, string? Ward = null, int PageNumber = 1, int PageSize = 50, PatientStatus? Status = null, int MostCounted = PatientQuery.UsuallyCounted)
{
    /// <summary>How far records are counted where nothing else is said: nobody pages through more.</summary>
    public const int UsuallyCounted = 5_000;

    /// <summary>How many different words a search can have.</summary>
    public const int MostWords = 16;
}

/// <summary>A page of a longer list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="Items">Those of this page.</param>
/// <param name="IsLeast">Whether that was not counted to the end, so that there may be more: at least the first of the next page, where there is one.</param>
public sealed record Page<T>(int Total, IReadOnlyList<T> Items, bool IsLeast = false);

/// <summary>What limits are set for: a ward of a region, or one patient.</summary>
/// <param name="Region">The ward's region; null for a patient's scope.</param>
/// <param name="Ward">The ward; null for a patient's scope.</param>
/// <param name="PatientId">The patient; null for a ward's scope.</param>
public readonly record struct LimitScope(string? Region, string? Ward, ObjectId? PatientId)
{
    /// <summary>A ward's scope.</summary>
    public static LimitScope OfWard(string region, string ward) => new(region, ward, null);

    /// <summary>A patient's scope, which overrides the ward's sign by sign.</summary>
    public static LimitScope OfPatient(ObjectId id) => new(null, null, id);

    /// <summary>As people name it: the patient's id, or region and ward.</summary>
    public override string ToString() => PatientId is { } patient ? patient.ToString() : $"{Region}/{Ward}";
}
