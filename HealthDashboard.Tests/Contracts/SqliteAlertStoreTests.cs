using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Contracts;

public sealed class SqliteAlertStoreTests() : AlertStoreContract(Sqlite())
{
    internal static StoreFactory<IAlertStore> Sqlite() => new SqliteStoreFactory<IAlertStore>(
        AlertSchema.Open, database => new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance));
}

/// <summary>The contract notices stores that do what no store may.</summary>
public sealed class BrokenAlertStoreTests
{
    [Fact]
    public Task A_store_that_drops_a_change_and_says_it_took_it_fails()
    {
        var calls = 0;
        return FailsAsync(
            nameof(AlertStoreContract.Callers_at_the_same_time_each_get_their_own_outcomes),
            (store, changes, states) => Interlocked.Increment(ref calls) % 20 == 0
                ? Task.FromResult<IReadOnlyList<AlertWriteOutcome>>([.. changes.Select(change => new AlertWriteOutcome(change, null))])
                : store.WriteAsync(changes, states));
    }

    [Theory]
    [InlineData(nameof(AlertStoreContract.A_change_that_is_not_one_version_newer_is_refused_with_the_alert_as_stored))]
    [InlineData(nameof(AlertStoreContract.Of_writers_that_race_for_one_version_exactly_one_wins))]
    public Task A_store_that_ignores_the_version_fails(string fact)
    {
        return FailsAsync(fact, LastWinsAsync);

        static async Task<IReadOnlyList<AlertWriteOutcome>> LastWinsAsync(
            IAlertStore store, IReadOnlyList<AlertChange> changes, IReadOnlyList<AlarmState> states)
        {
            var outcomes = new List<AlertWriteOutcome>();
            foreach (var change in changes)
            {
                var outcome = (await store.WriteAsync([change], states))[0];
                while (outcome.Current is { } current && current.Id == change.Alert.Id)
                    outcome = (await store.WriteAsync([change with { Alert = change.Alert with { Version = current.Version + 1 } }], states))[0];
                outcomes.Add(outcome);
            }

            return outcomes;
        }
    }

    [Theory]
    [InlineData(nameof(AlertStoreContract.A_second_open_alert_for_a_key_is_refused_with_the_one_that_is_open))]
    [InlineData(nameof(AlertStoreContract.Of_writers_that_race_to_raise_one_condition_exactly_one_wins))]
    public Task A_store_that_forgets_the_unique_key_fails(string fact) => FailsAsync(fact, (store, changes, states) => store.WriteAsync(
        [.. changes.Select(change => change with { Alert = change.Alert with { Sign = change.Alert.Sign + change.Alert.Id } })], states));

    [Fact]
    public Task A_store_that_logs_a_repeated_write_twice_fails()
    {
        return FailsAsync(nameof(AlertStoreContract.A_write_whose_answer_was_lost_can_be_repeated), (store, changes, states) => store.WriteAsync(
            [.. changes.Select(change => change with { Actor = change.Actor + Samples.Id() })], states));
    }

    private static Task FailsAsync(
        string fact, Func<IAlertStore, IReadOnlyList<AlertChange>, IReadOnlyList<AlarmState>, Task<IReadOnlyList<AlertWriteOutcome>>> instead) =>
        ContractRunner.AssertFailsAsync(
            () => new Contract(SqliteAlertStoreTests.Sqlite().Through(store => BrokenStore.Of(
                store,
                nameof(IAlertStore.WriteAsync),
                (inner, args) => instead(inner, (IReadOnlyList<AlertChange>)args[0]!, (IReadOnlyList<AlarmState>)args[1]!)))),
            fact);

    private sealed class Contract(StoreFactory<IAlertStore> factory) : AlertStoreContract(factory);
}
