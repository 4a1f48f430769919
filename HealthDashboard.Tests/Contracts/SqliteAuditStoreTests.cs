using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Audit;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class SqliteAuditStoreTests() : AuditStoreContract(Sqlite())
{
    internal static StoreFactory<IAuditStore> Sqlite() =>
        new SqliteStoreFactory<IAuditStore>(AuditSchema.Open, database => new SqliteAuditStore(database));
}

/// <summary>The contract notices stores that do what no store may.</summary>
public sealed class BrokenAuditStoreTests
{
    [Fact]
    public Task A_store_that_loses_rows_fails()
    {
        var calls = 0;
        return FailsAsync(
            nameof(AuditStoreContract.Several_who_write_one_chain_at_once_lose_nothing_and_leave_one_chain),
            nameof(IAuditStore.AppendAsync),
            (store, args) => Interlocked.Increment(ref calls) % 5 == 0 ? Task.CompletedTask : store.AppendAsync((IReadOnlyList<AuditRow>)args[0]!));
    }

    [Fact]
    public Task A_store_that_takes_a_second_row_with_a_number_fails() => FailsAsync(
        nameof(AuditStoreContract.The_same_rows_again_change_nothing_and_another_row_with_the_number_is_refused),
        nameof(IAuditStore.AppendAsync),
        (store, args) => SwallowAsync(store.AppendAsync((IReadOnlyList<AuditRow>)args[0]!)));

    private static async Task SwallowAsync(Task append)
    {
        try
        {
            await append;
        }
        catch (ConflictException)
        {
            // As if it had been written.
        }
    }

    private static Task FailsAsync(string fact, string method, Func<IAuditStore, object?[], object> instead) => ContractRunner.AssertFailsAsync(
        () => new Contract(SqliteAuditStoreTests.Sqlite().Through(store => BrokenStore.Of(store, method, instead))), fact);

    private sealed class Contract(StoreFactory<IAuditStore> factory) : AuditStoreContract(factory);
}
