using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class SqliteAccountStoreTests() : AccountStoreContract(Sqlite())
{
    internal static StoreFactory<IAccountStore> Sqlite() =>
        new SqliteStoreFactory<IAccountStore>(PatientSchema.Open, database => new SqliteAccountStore(database));
}

/// <summary>The contract notices stores that do what no store may.</summary>
public sealed class BrokenAccountStoreTests
{
    [Fact]
    public Task A_store_that_minds_the_case_of_names_fails()
    {
        return FailsAsync(
            nameof(AccountStoreContract.A_name_is_found_in_any_case),
            nameof(IAccountStore.FindByNameAsync),
            (store, args) => FindExactAsync(store, (string)args[0]!));

        static async Task<Account?> FindExactAsync(IAccountStore store, string name) =>
            await store.FindByNameAsync(name) is { } found && found.UserName == name ? found : null;
    }

    private static Task FailsAsync(string fact, string method, Func<IAccountStore, object?[], object> instead) => ContractRunner.AssertFailsAsync(
        () => new Contract(SqliteAccountStoreTests.Sqlite().Through(store => BrokenStore.Of(store, method, instead))), fact);

    private sealed class Contract(StoreFactory<IAccountStore> factory) : AccountStoreContract(factory);
}
