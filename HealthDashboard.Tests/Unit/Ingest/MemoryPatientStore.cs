using System.Runtime.CompilerServices;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Unit.Ingest;

/// <summary>What the directory reads of records, in memory, and how often it was asked.</summary>
internal sealed class MemoryPatientStore : IPatientStore
{
    public DamagedRecords Damaged { get; } = new("memory");

    /// <summary>The records.</summary>
    public List<Patient> Patients { get; } = [];

    /// <summary>The limits.</summary>
    public Dictionary<LimitScope, AlarmLimits> Limits { get; } = [];

    /// <summary>The records that it says were deleted.</summary>
    public List<ObjectId> Deleted { get; } = [];

    /// <summary>What it tells of changes; null when it cannot be followed.</summary>
    public System.Threading.Channels.ChannelReader<PatientChanges>? Changes { get; set; }

    /// <summary>While true the store is unavailable.</summary>
    public bool IsUnavailable { get; set; }

    /// <summary>How often a single record was asked for.</summary>
    public int Asked { get; private set; }

    /// <summary>A patient with plain facts.</summary>
    public static Patient Make(string mrn = "MRN-1", string ward = "ICU", long version = 1) => new()
    {
        Id = ObjectId.New(TimeProvider.System),
        Mrn = mrn,
        Region = "north",
        Ward = ward,
        GivenName = "Ada",
        FamilyName = "Berg",
        BirthDate = new DateOnly(1960, 2, 29),
        Version = version,
    };

    public Task<Patient?> FindAsync(ObjectId id, CancellationToken cancel = default) => Find(patient => patient.Id == id);

    public Task<Patient?> FindByMrnAsync(string mrn, CancellationToken cancel = default) => Find(patient => patient.Mrn == mrn);

    public async IAsyncEnumerable<Patient> AllAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        await Task.Yield();
        foreach (var patient in Patients)
            yield return patient;
    }

    public IAsyncEnumerable<Patient> AdmittedAsync(CancellationToken cancel = default) =>
        AllAsync(cancel).Where(patient => patient.Status == PatientStatus.Admitted);

    public Task<IReadOnlySet<ObjectId>> DeletedAsync(IReadOnlyCollection<ObjectId> ids, CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlySet<ObjectId>>(ids.Intersect(Deleted).ToHashSet());

    public Task<IReadOnlyList<Patient>> VersionsAsync(ObjectId id, int limit, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<Patient>> AdmittedAtAsync(DateTimeOffset at, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task AddNoteAsync(PatientNote note, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<PatientNote>> NotesAsync(ObjectId patientId, int limit, CancellationToken cancel = default) => throw new NotSupportedException();

    public IAsyncEnumerable<PatientChanges>? FollowAsync(CancellationToken cancel = default) => Changes?.ReadAllAsync(cancel);

    public Task<AlarmLimits?> FindLimitsAsync(LimitScope scope, CancellationToken cancel = default) => Task.FromResult(Limits.GetValueOrDefault(scope));

    public Task<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>> AllLimitsAsync(CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<KeyValuePair<LimitScope, AlarmLimits>>>([.. Limits]);

    public Task<Page<Patient>> SearchAsync(PatientQuery query, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<Patient>> AddAsync(IReadOnlyList<Patient> patients, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<Patient> ReplaceAsync(Patient patient, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task DeleteAsync(ObjectId id, long version, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<AlarmLimits> PutLimitsAsync(LimitScope scope, AlarmLimits limits, CancellationToken cancel = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<AlarmLimits>> LimitHistoryAsync(LimitScope scope, int limit, CancellationToken cancel = default) => throw new NotSupportedException();

    private Task<Patient?> Find(Predicate<Patient> match)
    {
        Asked++;
        return IsUnavailable ? throw new StoreUnavailableException("Memory", "switched off.") : Task.FromResult(Patients.Find(match));
    }
}
