using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Live;

/// <summary>What the alarms remember of a patient; null for one who is not evaluated here.</summary>
internal delegate MonitorState? FindMonitorState(ObjectId patientId);

/// <summary>
/// What is current of a patient, for every page and answer: what the alarms know, so that a screen never shows a value which they passed over.
/// For a patient who is not evaluated here it is what has arrived, or what the store has.
/// </summary>
internal sealed class CurrentVitals(
    FindMonitorState monitored, LiveVitals live, IVitalStore vitals, PatientDirectory patients, AlarmRules rules, TimeProvider time)
{
    /// <summary>The latest value of each sign, from memory; empty when nothing is known here.</summary>
    public IReadOnlyList<StandingValue> Of(MonitoredPatient patient)
    {
        var now = time.GetUtcNow();
        var known = patient.Patient.Status == PatientStatus.Admitted && monitored(patient.Patient.Id) is { } state
            ? Standing.Of(state, patient, rules, now)
            : [];
        return known.Count > 0 ? known : Standing.Of(live.Latest(patient.Patient.Id), patient.Patient, rules, now);
    }

    /// <summary>The latest value of each sign, from the store where nothing is in memory.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<StandingValue>> FindAsync(MonitoredPatient patient, CancellationToken cancel) =>
        Of(patient) is { Count: > 0 } known
            ? known
            : Standing.Of(await vitals.LatestAsync(patient.Patient.Id, cancel), patient.Patient, rules, time.GetUtcNow());

    /// <summary>How closely the patient is watched, and what is due.</summary>
    public Observations ObservationsOf(MonitoredPatient patient) =>
        patient.Patient.Status == PatientStatus.Admitted && monitored(patient.Patient.Id) is { } state
            ? Observations.Of(state.Watch, patient.Patient, rules)
            : Observations.Of(default, patient.Patient, rules);

    /// <summary>The patient's NEWS2 score now; null when there is no such patient.</summary>
    /// <exception cref="StoreException">Neither the patient nor values are in memory, and a store cannot be read.</exception>
    public async Task<NewsScore?> ScoreOfAsync(ObjectId patientId, CancellationToken cancel) =>
        await patients.FindAsync(patientId, cancel) is { } patient
            ? Standing.Score(await FindAsync(patient, cancel), patient.Patient, time.GetUtcNow())
            : null;
}
