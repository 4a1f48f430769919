using System.Collections.Concurrent;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;

namespace HealthDashboard.Census;

/// <summary>
/// The admitted patients in memory with the limits that hold, for what happens with each reading and each tile. Filled from the store at
/// start and kept in step with it. Others are found in the store when they are looked up; some thousand of them are kept for the next time.
/// </summary>
/// <param name="store">Where records and limits are kept.</param>
/// <param name="defaults">The limits of a sign for which neither the ward nor the patient has any; children have others.</param>
/// <param name="time">What limits hold now; and paces what is asked of the store for patients that are not here.</param>
/// <param name="log">Where a listener's failure is reported.</param>
internal sealed partial class PatientDirectory(
    IPatientStore store, IReadOnlyDictionary<VitalSign, SignLimits> defaults, TimeProvider time, ILogger<PatientDirectory> log)
{
    private readonly ConcurrentDictionary<ObjectId, MonitoredPatient> byId = new();
    private readonly ConcurrentDictionary<string, MonitoredPatient> byMrn = new(StringComparer.Ordinal);
    private readonly Dictionary<LimitScope, AlarmLimits> limits = [];
    private readonly Queue<ObjectId> others = new();
    private readonly RemovedRecords removed = new();
    private readonly LimitsDue due = new(time);
    private readonly MissingPatients missing = new(time);
    private readonly TaskCompletionSource loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Listeners<Action<ObjectId>> listeners = new(error => LogListenerFailed(log, error));
    private readonly Lock gate = new();
    private MonitoredPatient[]? all;
    private IReadOnlySet<ObjectId> unaccounted = new HashSet<ObjectId>();

    /// <summary>How many patients who are not admitted are kept after they were looked up.</summary>
    public const int MostOthers = 4_096;

    /// <summary>Ends when every admitted patient has been read once, from the store or from the copy of the last run. Until then <see cref="All"/> leaves some out.</summary>
    public Task Loaded => loaded.Task;

    /// <summary>
    /// Records that are known here and that the store neither has nor knows as deleted, as of the last comparison. They stay known, and their
    /// patients watched: a backup that was restored, or an empty answer, must silence nobody.
    /// </summary>
    public IReadOnlySet<ObjectId> Unaccounted => Volatile.Read(ref unaccounted);

    /// <summary>What is known to be damaged of a patient's record and limits. What is known here of a damaged record has stand-ins.</summary>
    public IReadOnlyList<Damage> DamageOf(ObjectId id) => store.Damaged.Of(id.ToString());

    /// <summary>Every admitted patient as of now; a new list after each change.</summary>
    public IReadOnlyCollection<MonitoredPatient> All
    {
        get
        {
            if (Volatile.Read(ref all) is { } current)
                return current;
            lock (gate)
                return all ??= [.. byId.Values.Where(known => known.Patient.Status == PatientStatus.Admitted)];
        }
    }

    /// <summary>Compares all of it with the store: takes what is newer there, and looks one by one for what it did not give.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task LoadAsync(CancellationToken cancel = default)
    {
        var notSeen = All.Select(known => known.Patient.Id).ToHashSet();
        await LoadLimitsAsync(cancel);
        await foreach (var patient in store.AdmittedAsync(cancel))
        {
            Set(patient);
            notSeen.Remove(patient.Id);
        }
        loaded.TrySetResult();
        var lost = await RefreshAsync(notSeen, cancel);
        if (lost.Count > 0 && !lost.SetEquals(Unaccounted))
            LogUnaccounted(lost.Count);
        Volatile.Write(ref unaccounted, lost);
    }

    /// <summary>Reads every limit.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task LoadLimitsAsync(CancellationToken cancel)
    {
        foreach (var (scope, scopeLimits) in await store.AllLimitsAsync(cancel))
            SetLimits(scope, scopeLimits);
    }

    /// <summary>Reads records again. One is forgotten only when the store says that it was deleted.</summary>
    /// <returns>Those that are known here and that the store neither has nor knows as deleted.</returns>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlySet<ObjectId>> RefreshAsync(IEnumerable<ObjectId> ids, CancellationToken cancel)
    {
        var lost = new HashSet<ObjectId>();
        foreach (var id in ids)
        {
            try
            {
                if (await store.FindReadableAsync(id, cancel) is { } patient)
                    Set(patient);
                else
                    lost.Add(id);
            }
            catch (DamagedRecordException)
            {
                // There, but nothing of it can be used: what was known of the patient before goes on being known.
            }
        }
        foreach (var id in lost.Count == 0 ? lost : await store.DeletedAsync(lost, cancel))
        {
            Remove(id);
            lost.Remove(id);
        }
        lost.RemoveWhere(id => Find(id) is null);
        return lost;
    }

    /// <summary>Begins with what was known before, while the store is unavailable; what the store says later is newer.</summary>
    public void Restore(DirectoryContent content)
    {
        foreach (var (region, ward, patientId, scopeLimits) in content.Limits)
            SetLimits(new LimitScope(region, ward, patientId), scopeLimits);
        foreach (var patient in content.Patients)
            Set(patient);
        loaded.TrySetResult();
    }

    /// <summary>What a node begins with that cannot reach the store.</summary>
    public DirectoryContent Content()
    {
        lock (gate)
        {
            return new(
                [.. All.Select(known => known.Patient)],
                [.. limits.Select(entry => new ScopedLimits(entry.Key.Region, entry.Key.Ward, entry.Key.PatientId, entry.Value))]);
        }
    }

    /// <summary>Finds a patient; null when there is none here.</summary>
    public MonitoredPatient? Find(ObjectId id) => byId.GetValueOrDefault(id);

    /// <summary>Finds a patient by MRN; null when there is none here.</summary>
    public MonitoredPatient? FindByMrn(string mrn) => byMrn.GetValueOrDefault(mrn);

    /// <summary>
    /// Finds a patient who is not admitted, or was made on another node, of a damaged record what can be read: the store is queried, for one that it does not have once in a few
    /// seconds, and for a flood of ids that nobody has only so often. Null when there is none.
    /// </summary>
    /// <exception cref="StoreException">The patient is not here and the store cannot be read.</exception>
    public async ValueTask<MonitoredPatient?> FindAsync(ObjectId id, CancellationToken cancel = default)
    {
        if (Find(id) is { } known)
            return known;
        if (!missing.MayAsk(id.ToString()))
            return null;
        return await AdoptAsync(id.ToString(), await store.FindReadableAsync(id, cancel), cancel);
    }

    /// <summary>As <see cref="FindAsync"/>, by MRN.</summary>
    /// <exception cref="StoreException">The patient is not here and the store cannot be read.</exception>
    public async ValueTask<MonitoredPatient?> FindByMrnAsync(string mrn, CancellationToken cancel = default)
    {
        if (FindByMrn(mrn) is { } known)
            return known;
        if (!missing.MayAsk("mrn " + mrn))
            return null;
        return await AdoptAsync("mrn " + mrn, await store.FindReadableByMrnAsync(mrn, cancel), cancel);
    }

    /// <summary>Takes a record that the store has. An older version than the one here changes nothing.</summary>
    public void Set(Patient patient)
    {
        lock (gate)
        {
            var before = Find(patient.Id);
            if (removed.Covers(patient) || before?.Patient.Version >= patient.Version)
                return;
            if (before is not null && before.Patient.Mrn != patient.Mrn)
                byMrn.TryRemove(new(before.Patient.Mrn, before));
            // A child whose date of birth can no longer be read keeps the limits of its age. That nobody knows it is another thing.
            Put(before is not null && patient.BirthDate == default && DamageOf(patient.Id).Count > 0 ? patient with { BirthDate = before.Patient.BirthDate, BirthDateEstimated = before.Patient.BirthDateEstimated } : patient);
        }
        Notify([patient.Id]);
    }

    /// <summary>Forgets a record that the store has deleted.</summary>
    public void Remove(ObjectId id)
    {
        lock (gate)
        {
            // A record read just before the deletion must not come back after it.
            removed.Add(id, Find(id)?.Patient.Version);
            if (!Drop(id))
                return;
        }
        Notify([id]);
    }

    /// <summary>Takes limits that the store has. An older version than the one here changes nothing.</summary>
    public void SetLimits(LimitScope scope, AlarmLimits scopeLimits)
    {
        List<ObjectId> changed = [];
        lock (gate)
        {
            if (limits.TryGetValue(scope, out var before) && before.Version >= scopeLimits.Version)
                return;
            limits[scope] = scopeLimits;
            foreach (var (id, known) in byId)
            {
                if (scope != LimitScope.OfPatient(id) && scope != LimitScope.OfWard(known.Patient.Region, known.Patient.Ward))
                    continue;
                Put(known.Patient);
                changed.Add(id);
            }
        }
        Notify(changed);
    }

    /// <summary>Brings about what time alone has changed: an alarm that was off comes back, a child has a birthday. To be called every second.</summary>
    public void Pass()
    {
        IReadOnlyList<ObjectId> changed;
        lock (gate)
        {
            changed = due.Now();
            foreach (var id in changed)
                Put(byId[id].Patient);
        }
        Notify(changed);
    }

    /// <summary>Calls back, on the thread of the change, with the id of each patient that came, changed, went, or got other limits.</summary>
    /// <returns>Ends the subscription when disposed, any number of times.</returns>
    public IDisposable OnChanged(Action<ObjectId> callback) => listeners.Add(callback);

    private async Task<MonitoredPatient?> AdoptAsync(string key, Patient? patient, CancellationToken cancel)
    {
        if (patient is null)
        {
            missing.Add(key);
            return null;
        }
        LimitScope[] scopes = [LimitScope.OfWard(patient.Region, patient.Ward), LimitScope.OfPatient(patient.Id)];
        foreach (var scope in scopes)
        {
            if (await store.FindUsableLimitsAsync(scope, cancel) is { } found)
                SetLimits(scope, found);
        }
        Set(patient);
        return Find(patient.Id);
    }

    private bool Drop(ObjectId id)
    {
        if (!byId.TryRemove(id, out var before))
            return false;
        byMrn.TryRemove(new(before.Patient.Mrn, before));
        due.Remove(id);
        all = null;
        return true;
    }

    private void Put(Patient patient)
    {
        var effective = new EffectiveLimits(
            AgeLimits.Of(patient, time.Today(), defaults),
            limits.GetValueOrDefault(LimitScope.OfWard(patient.Region, patient.Ward)),
            limits.GetValueOrDefault(LimitScope.OfPatient(patient.Id)),
            time.GetUtcNow());
        byId[patient.Id] = byMrn[patient.Mrn] = new MonitoredPatient(patient, effective);
        all = null;
        due.Note(patient, effective);
        if (patient.Status == PatientStatus.Admitted)
            return;
        others.Enqueue(patient.Id);
        while (others.Count > MostOthers)
        {
            var oldest = others.Dequeue();
            if (Find(oldest) is { Patient.Status: not PatientStatus.Admitted })
                Drop(oldest);
        }
    }

    private void Notify(IReadOnlyList<ObjectId> ids)
    {
        foreach (var id in ids)
            listeners.Call(listener => listener(id));
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The store of records has lost {Patients} admitted patients without their deletion; they stay known and watched. Has an old backup been restored?")]
    private partial void LogUnaccounted(int patients);

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to patient changes failed")]
    private static partial void LogListenerFailed(ILogger log, Exception error);
}
