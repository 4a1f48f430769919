using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class SqliteAnalyticsStoreTests() : AnalyticsStoreContract(Sqlite())
{
    internal static StoreFactory<IAnalyticsStore> Sqlite() =>
        new SqliteStoreFactory<IAnalyticsStore>(AnalyticsSchema.Open, database => new SqliteAnalyticsStore(database));
}

/// <summary>The contract notices stores that do what no store may.</summary>
public sealed class BrokenAnalyticsStoreTests
{
    [Fact]
    public Task A_store_that_counts_a_replay_twice_fails()
    {
        return FailsAsync(nameof(AnalyticsStoreContract.Writing_again_replaces_and_never_counts_twice), (store, args) => args[0] switch
        {
            IReadOnlyList<HourlyVital> items => AddAsync(store, items, (DateTimeOffset)args[1]!),
            IReadOnlyList<DailyWardVital> items => store.PutAsync(items, (DateTimeOffset)args[1]!),
            var items => store.PutAsync((IReadOnlyList<DailyAlerts>)items!, (DateTimeOffset)args[1]!),
        });

        static async Task AddAsync(IAnalyticsStore store, IReadOnlyList<HourlyVital> items, DateTimeOffset asOf)
        {
            foreach (var item in items)
            {
                var before = (await store.HourlyAsync(item.PatientId, item.Sign, item.Hour, item.Hour.AddHours(1))).Items.SingleOrDefault();
                await store.PutAsync([item with { Count = item.Count + (before?.Count ?? 0) }], asOf);
            }
        }
    }

    [Fact]
    public Task A_store_that_keeps_nothing_fails() =>
        FailsAsync(nameof(AnalyticsStoreContract.What_was_written_is_there_after_a_restart), (_, _) => Task.CompletedTask);

    private static Task FailsAsync(string fact, Func<IAnalyticsStore, object?[], object> instead) => ContractRunner.AssertFailsAsync(
        () => new Contract(SqliteAnalyticsStoreTests.Sqlite().Through(store => BrokenStore.Of(store, nameof(IAnalyticsStore.PutAsync), instead))), fact);

    private sealed class Contract(StoreFactory<IAnalyticsStore> factory) : AnalyticsStoreContract(factory);
}
