using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Contracts;

public sealed class SqliteCareTeamStoreTests() : CareTeamStoreContract(Sqlite())
{
    internal static StoreFactory<ICareTeamStore> Sqlite() =>
        new SqliteStoreFactory<ICareTeamStore>(CareTeamSchema.Open, database => new SqliteCareTeamStore(database));
}

/// <summary>The contract notices stores that do what no store may.</summary>
public sealed class BrokenCareTeamStoreTests
{
    [Fact]
    public Task A_store_that_includes_the_end_fails() => FailsAsync(
        nameof(CareTeamStoreContract.An_assignment_holds_from_its_start_until_just_before_its_end),
        nameof(ICareTeamStore.TeamAsync),
        (store, args) => store.TeamAsync((ObjectId)args[0]!, ((DateTimeOffset)args[1]!).AddMilliseconds(-1)));

    [Fact]
    public Task A_store_that_keeps_a_part_of_what_it_refuses_fails()
    {
        return FailsAsync(
            nameof(CareTeamStoreContract.Assigning_an_unknown_clinician_writes_nothing),
            nameof(ICareTeamStore.AssignAsync),
            (store, args) => OneByOneAsync(store, (IReadOnlyList<CareAssignment>)args[0]!));

        static async Task OneByOneAsync(ICareTeamStore store, IReadOnlyList<CareAssignment> assignments)
        {
            foreach (var assignment in assignments)
                await store.AssignAsync([assignment]);
        }
    }

    [Fact]
    public Task A_store_that_loses_a_referral_fails() => FailsAsync(
        nameof(CareTeamStoreContract.The_shortest_way_of_referrals_is_found), nameof(ICareTeamStore.ReferAsync), (_, _) => Task.CompletedTask);

    [Fact]
    public Task A_store_that_forgets_who_left_a_room_fails() => FailsAsync(
        nameof(CareTeamStoreContract.Moved_away_and_back_is_two_contacts),
        nameof(ICareTeamStore.MoveAsync),
        (store, args) => store.MoveAsync([.. ((IReadOnlyList<PatientMove>)args[0]!).Where(move => move.Room is not null)]));

    [Fact]
    public Task A_store_that_knows_wards_and_no_rooms_fails() => FailsAsync(
        nameof(CareTeamStoreContract.Another_room_of_the_ward_and_a_room_called_the_same_elsewhere_are_no_contact),
        nameof(ICareTeamStore.MoveAsync),
        (store, args) => store.MoveAsync([.. ((IReadOnlyList<PatientMove>)args[0]!).Select(move => move with { Room = move.Room is null ? null : move.Room with { Name = "" } })]));

    private static Task FailsAsync(string fact, string method, Func<ICareTeamStore, object?[], object> instead) => ContractRunner.AssertFailsAsync(
        () => new Contract(SqliteCareTeamStoreTests.Sqlite().Through(store => BrokenStore.Of(store, method, instead))), fact);

    private sealed class Contract(StoreFactory<ICareTeamStore> factory) : CareTeamStoreContract(factory);
}
