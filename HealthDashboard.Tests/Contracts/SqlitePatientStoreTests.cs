using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class SqlitePatientStoreTests() : PatientStoreContract(Sqlite())
{
    internal static StoreFactory<IPatientStore> Sqlite() =>
        new SqliteStoreFactory<IPatientStore>(PatientSchema.Open, database => new SqlitePatientStore(database));
}

/// <summary>What is kept of stays and limits.</summary>
public sealed class SqliteStayStoreTests() : StayStoreContract(SqlitePatientStoreTests.Sqlite());

/// <summary>The contract notices stores that do what no store may.</summary>
public sealed class BrokenPatientStoreTests
{
    [Theory]
    [InlineData(nameof(PatientStoreContract.A_stale_version_changes_nothing))]
    [InlineData(nameof(PatientStoreContract.Of_writers_that_race_for_one_version_exactly_one_wins))]
    public Task A_store_that_ignores_the_version_fails(string fact)
    {
        return FailsAsync(fact, nameof(IPatientStore.ReplaceAsync), (store, args) => LastWinsAsync(store, (Patient)args[0]!));

        static async Task<Patient> LastWinsAsync(IPatientStore store, Patient patient)
        {
            while (true)
            {
                var version = (await store.FindAsync(patient.Id))?.Version ?? patient.Version;
                try
                {
                    return await store.ReplaceAsync(patient with { Version = version });
                }
                catch (ConflictException conflict) when (conflict.Reason == ConflictReason.Stale)
                {
                    // Again from the version that came between.
                }
            }
        }
    }

    [Fact]
    public Task A_store_that_forgets_the_unique_mrn_fails() => FailsAsync(
        nameof(PatientStoreContract.A_taken_mrn_or_id_refuses_the_whole_batch),
        nameof(IPatientStore.AddAsync),
        (store, args) => store.AddAsync([.. ((IReadOnlyList<Patient>)args[0]!).Select(p => p with { Mrn = p.Mrn + Samples.Id() })]));

    [Fact]
    public Task A_store_that_confirms_without_writing_fails() => FailsAsync(
        nameof(PatientStoreContract.What_was_written_is_there_after_a_restart),
        nameof(IPatientStore.PutLimitsAsync),
        (_, args) => Task.FromResult((AlarmLimits)args[1]!));

    private static Task FailsAsync(string fact, string method, Func<IPatientStore, object?[], object> instead) => ContractRunner.AssertFailsAsync(
        () => new Contract(SqlitePatientStoreTests.Sqlite().Through(store => BrokenStore.Of(store, method, instead))), fact);

    private sealed class Contract(StoreFactory<IPatientStore> factory) : PatientStoreContract(factory);
}
