using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

/// <summary>The facts about what a refused change leaves behind must fail on a server that keeps each write at once and undoes nothing.</summary>
public sealed class HalfDonePatientStoreTests
{
    [Fact]
    public Task A_server_that_undoes_nothing_fails() => ContractRunner.AssertFailsAsync(
        () => new Contract(UndoesNothing()), nameof(PatientStoreContract.A_refused_batch_leaves_every_mrn_and_id_of_it_free));

    [Theory]
    [InlineData("OrphanKey", nameof(PatientStoreContract.A_refused_change_of_the_mrn_leaves_the_old_one_and_frees_the_new_one))]
    [InlineData("MoveKeys", nameof(PatientStoreContract.A_change_of_mrn_and_region_leaves_one_record_and_frees_the_old_mrn))]
    [InlineData("DeleteCopy", nameof(PatientStoreContract.A_refused_deletion_leaves_the_record_and_no_copy_of_it))]
    [InlineData("LimitTrace", nameof(PatientStoreContract.Refused_limits_leave_no_trace_in_the_history))]
    public Task A_store_that_does_a_change_by_halves_fails(string fault, string fact) => ContractRunner.AssertFailsAsync(
        () => new Contract(SqlitePatientStoreTests.Sqlite().Through(store => ByHalves(store, fault))), fact);

    private static StoreFactory<IPatientStore> UndoesNothing()
    {
        var factory = MongoStoreFactory<IPatientStore>.OverScript(database => new MongoPatientStore(database));
        factory.Scripted!.Data.UndoesNothing = true;
        return factory;
    }

    private static IPatientStore ByHalves(IPatientStore store, string fault) => fault switch
    {
        // The new MRN is taken although the change is refused.
        "OrphanKey" => BrokenStore.Of(store, nameof(IPatientStore.ReplaceAsync), (inner, args) => OrphanAsync(inner, (Patient)args[0]!)),
        // The old MRN stays taken, by a record that nobody finds by its id.
        "MoveKeys" => BrokenStore.Of(store, nameof(IPatientStore.ReplaceAsync), (inner, args) => MoveAsync(inner, (Patient)args[0]!)),
        "DeleteCopy" => BrokenStore.Of(store, nameof(IPatientStore.DeletedAsync), (_, args) =>
            Task.FromResult<IReadOnlySet<ObjectId>>(((IReadOnlyCollection<ObjectId>)args[0]!).ToHashSet())),
        _ => BrokenStore.Of(store, nameof(IPatientStore.LimitHistoryAsync), (inner, args) =>
            TraceAsync(inner, (LimitScope)args[0]!, (int)args[1]!)),
    };

    private static async Task<Patient> OrphanAsync(IPatientStore inner, Patient patient)
    {
        try
        {
            return await inner.ReplaceAsync(patient);
        }
        catch (ConflictException conflict) when (conflict.Reason == ConflictReason.Stale)
        {
            if (await inner.FindByMrnAsync(patient.Mrn) is null)
                await inner.AddAsync([patient with { Id = Samples.Id() }]);
            throw;
        }
    }

    private static async Task<Patient> MoveAsync(IPatientStore inner, Patient patient)
    {
        var before = await inner.FindAsync(patient.Id);
        var moved = await inner.ReplaceAsync(patient);
        if (before!.Mrn != patient.Mrn)
            await inner.AddAsync([before with { Id = Samples.Id() }]);
        return moved;
    }

    private static async Task<IReadOnlyList<AlarmLimits>> TraceAsync(IPatientStore inner, LimitScope scope, int limit) =>
        [new() { SetBy = "late" }, .. await inner.LimitHistoryAsync(scope, limit)];

    private sealed class Contract(StoreFactory<IPatientStore> factory) : PatientStoreContract(factory);
}
