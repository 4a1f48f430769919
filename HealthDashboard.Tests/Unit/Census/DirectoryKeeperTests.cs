using System.Threading.Channels;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Ingest;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Census;

/// <summary>What other nodes change is known here: at once where the store can be followed, and never by forgetting somebody.</summary>
public sealed class DirectoryKeeperTests : IAsyncLifetime
{
    private readonly MemoryPatientStore store = new();
    private readonly ManualTime time = new();
    private readonly Channel<PatientChanges> changes = Channel.CreateUnbounded<PatientChanges>();
    private readonly PatientDirectory directory;
    private readonly DirectoryKeeper keeper;

    public DirectoryKeeperTests()
    {
        directory = new(store, new Dictionary<VitalSign, SignLimits>(), time, NullLogger<PatientDirectory>.Instance);
        keeper = new(directory, store, copy: null, time, NullLogger<DirectoryKeeper>.Instance);
        store.Changes = changes.Reader;
    }

    public async ValueTask InitializeAsync()
    {
        await directory.LoadAsync();
        await keeper.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await keeper.StopAsync(CancellationToken.None);
        keeper.Dispose();
    }

    [Fact]
    public async Task What_the_store_tells_is_read_and_nothing_else()
    {
        // What is there at the beginning is compared once.
        var first = MemoryPatientStore.Make("first");
        store.Patients.Add(first);
        await ChangedAsync();
        await Eventually.HoldsAsync(() => directory.Find(first.Id) is not null, "the first comparison");
        store.Patients.Clear();
        var (added, other) = (MemoryPatientStore.Make("A"), MemoryPatientStore.Make("B"));
        store.Patients.AddRange([added, other]);
        await ChangedAsync(added.Id);
        await Eventually.HoldsAsync(() => directory.Find(added.Id) is not null, "the new patient");
        Assert.Null(directory.Find(other.Id));

        store.Patients[0] = added with { Ward = "ER", Version = 2 };
        await ChangedAsync(added.Id);
        await Eventually.HoldsAsync(() => directory.Find(added.Id)!.Patient.Ward == "ER", "the move");

        store.Patients.RemoveAt(0);
        store.Deleted.Add(added.Id);
        await ChangedAsync(added.Id);
        await Eventually.HoldsAsync(() => directory.Find(added.Id) is null, "the deletion");
    }

    [Fact]
    public async Task A_record_that_a_move_took_away_for_a_moment_stays_known()
    {
        var patient = MemoryPatientStore.Make("A");
        store.Patients.Add(patient);
        await ChangedAsync(patient.Id);
        await Eventually.HoldsAsync(() => directory.Find(patient.Id) is not null, "the new patient");

        store.Patients.Clear();
        var asked = store.Asked;
        await ChangedAsync(patient.Id);
        await Eventually.HoldsAsync(() => store.Asked > asked, "the look");
        store.Patients.Add(patient with { Region = "south", Version = 2 });
        await ChangedAsync(patient.Id);
        await Eventually.HoldsAsync(() => directory.Find(patient.Id)?.Patient.Region == "south", "the move");
    }

    [Fact]
    public async Task When_changes_may_have_been_missed_everything_is_compared()
    {
        var patient = MemoryPatientStore.Make("A");
        store.Patients.Add(patient);
        changes.Writer.Complete(new StoreUnavailableException("Memory", "switched off."));
        await Eventually.HoldsAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return directory.Find(patient.Id) is not null;
            },
            "the comparison");
    }

    [Fact]
    public async Task Limits_that_another_node_set_hold_here()
    {
        var patient = MemoryPatientStore.Make("A");
        store.Patients.Add(patient);
        await ChangedAsync(patient.Id);
        store.Limits[LimitScope.OfPatient(patient.Id)] = new() { Version = 1, Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(40, 100) } };
        await changes.Writer.WriteAsync(new([], Limits: true));
        await Eventually.HoldsAsync(() => directory.Find(patient.Id)?.Limits[VitalSign.HeartRate].Low == 40, "the limits");
    }

    private ValueTask ChangedAsync(params ObjectId[] ids) => changes.Writer.WriteAsync(new(ids, Limits: false));
}
