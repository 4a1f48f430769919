using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Patients;

/// <summary>Changes of a stay, for the API and for pages. Nobody leaves open alerts behind without a reason (docs/clinical.md, S4).</summary>
internal sealed class StayDesk(IPatientStore store, PatientDirectory directory, IStayAlerts alerts, TimeProvider time)
{
    // Another change of the same record in between is no reason to refuse this one.
    private const int Attempts = 3;

    /// <summary>The texts of the open alerts that a discharge without a reason would leave behind; empty when it may go on.</summary>
    public IReadOnlyList<string> LeftBehind(ObjectId patientId, string? reason) =>
        reason is not null ? [] : [.. alerts.OpenOf(patientId).OrderByDescending(alert => alert.Priority).Select(alert => alert.Text)];

    /// <summary>Changes a record as it is now.</summary>
    /// <returns>The record as stored; null when there is none.</returns>
    /// <exception cref="StoreException">It cannot be stored.</exception>
    public async Task<Patient?> ChangeAsync(ObjectId id, Func<Patient, Patient> change, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await store.FindAsync(id, cancel) is not { } current)
                return null;
            try
            {
                var changed = await store.ReplaceAsync(change(current), cancel);
                directory.Set(changed);
                return changed;
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
        patient => patient.Status == PatientStatus.Discharged ? patient : StayChange.Discharged(patient, new Discharge(actor, reason, time.GetUtcNow())),
        cancel);

    /// <summary>Deletes a record. A patient who is still here is discharged first, so that what is open ends and says why.</summary>
    /// <exception cref="ConflictException">Missing or Stale.</exception>
    public async Task DeleteAsync(ObjectId id, long version, string actor, string? reason, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel) is { Status: PatientStatus.Admitted } patient && patient.Version == version)
        {
            var discharged = await store.ReplaceAsync(StayChange.Discharged(patient, new Discharge(actor, reason, time.GetUtcNow())), cancel);
            directory.Set(discharged);
            version = discharged.Version;
            await alerts.EndAsync(id, cancel);
        }
        await store.DeleteAsync(id, version, cancel);
        directory.Remove(id);
    }
}
