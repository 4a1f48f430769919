using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Patients;

/// <summary>Changes of a stay, for the API and for pages. Nobody leaves open alerts behind without a reason (docs/clinical.md, S4).</summary>
internal sealed class StayDesk(IPatientStore store, PatientDirectory directory, IStayAlerts alerts, TimeProvider time) : IDisposable
{
    // Another change of the same record in between is no reason to refuse this one.
    private const int Attempts = 3;

    // Between two who put patients into one bed at once the second sees the first. Of two nodes each sees the other's after a moment.
    private readonly SemaphoreSlim placing = new(1, 1);

    public void Dispose() => placing.Dispose();

    /// <summary>The admitted patient in a bed, but for the one given; null when it is free.</summary>
    public Patient? InBed(Place place, ObjectId except) => directory.All
        .Select(known => known.Patient)
        .FirstOrDefault(patient => patient.Id != except && patient.Status == PatientStatus.Admitted && place.IsSameBed(Place.Of(patient)));

    /// <summary>Adds a record.</summary>
    /// <param name="patient">The record.</param>
    /// <param name="actor">Who adds it.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>The record as stored.</returns>
    /// <exception cref="BedTakenException">Another patient is in the bed.</exception>
    /// <exception cref="ConflictException">Duplicate: another record has the MRN.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public Task<Patient> AddAsync(Patient patient, string actor, CancellationToken cancel) =>
        PlaceAsync(null, patient, async () => (await store.AddAsync([Signed(patient, actor)], cancel))[0], cancel);

    /// <summary>Replaces a record whose version is still that of the given one.</summary>
    /// <param name="patient">The record.</param>
    /// <param name="before">The record that it was made from; null when that is not known.</param>
    /// <param name="actor">Who replaces it.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <returns>The record as stored.</returns>
    /// <exception cref="BedTakenException">Another patient is in the bed.</exception>
    /// <exception cref="ConflictException">Missing, Stale, or Duplicate for another record's MRN.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public Task<Patient> ReplaceAsync(Patient patient, Patient? before, string actor, CancellationToken cancel) =>
        PlaceAsync(before, patient, () => store.ReplaceAsync(Signed(patient, actor), cancel), cancel);

    /// <summary>The texts of the open alerts that a discharge without a reason would leave behind; empty when it may go on.</summary>
    public IReadOnlyList<string> LeftBehind(ObjectId patientId, string? reason) =>
        reason is not null ? [] : [.. alerts.OpenOf(patientId).OrderByDescending(alert => alert.Priority).Select(alert => alert.Text)];

    /// <summary>Changes a record as it is now.</summary>
    /// <returns>The record as stored; null when there is none.</returns>
    /// <exception cref="BedTakenException">Another patient is in the bed.</exception>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public async Task<Patient?> ChangeAsync(ObjectId id, string actor, Func<Patient, Patient> change, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(id, cancel) is not { } current)
                return null;
            try
            {
                return await ReplaceAsync(change(current), current, actor, cancel);
            }
            catch (ConflictException conflict) when (conflict.Reason == ConflictReason.Stale && attempt < Attempts)
            {
                // Read again, and changed as it is then.
            }
        }
    }

    /// <summary>Discharges a patient; one who is discharged already stays as it is.</summary>
    /// <returns>The record as stored; null when there is none.</returns>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public Task<Patient?> DischargeAsync(ObjectId id, string actor, string? reason, CancellationToken cancel) => ChangeAsync(
        id,
        actor,
        patient => patient.Status == PatientStatus.Discharged ? patient : StayChange.Discharged(patient, new Discharge(actor, reason, time.GetUtcNow())),
        cancel);

    /// <summary>Deletes a record. A patient who is still here is discharged first, so that what is open ends and says why.</summary>
    /// <exception cref="ConflictException">Missing or Stale.</exception>
    public async Task DeleteAsync(ObjectId id, long version, string actor, string? reason, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel) is { Status: PatientStatus.Admitted } patient && patient.Version == version)
        {
            var discharged = await store.ReplaceAsync(Signed(StayChange.Discharged(patient, new Discharge(actor, reason, time.GetUtcNow())), actor), cancel);
            directory.Set(discharged);
            version = discharged.Version;
            await alerts.EndAsync(id, cancel);
        }
        await store.DeleteAsync(id, version, cancel);
        directory.Remove(id);
    }

    private Patient Signed(Patient patient, string actor) => patient with { ChangedBy = actor, ChangedAt = time.GetUtcNow() };

    // A record that stays where it is may be changed although two are in one bed.
    private async Task<Patient> PlaceAsync(Patient? before, Patient patient, Func<Task<Patient>> write, CancellationToken cancel)
    {
        var place = Place.Of(patient);
        var stays = patient.Status != PatientStatus.Admitted || (before?.Status == PatientStatus.Admitted && place.IsSameBed(Place.Of(before)));
        if (!stays)
            await placing.WaitAsync(cancel);
        try
        {
            if (!stays && InBed(place, patient.Id) is { } occupant)
                throw new BedTakenException(occupant);
            var stored = await write();
            directory.Set(stored);
            return stored;
        }
        finally
        {
            if (!stays)
                placing.Release();
        }
    }
}
