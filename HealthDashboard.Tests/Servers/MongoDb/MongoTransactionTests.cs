using HealthDashboard.Data.MongoDb;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using MongoDB.Bson;
using static HealthDashboard.Tests.Servers.MongoDb.MongoFixture;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>All or nothing, whatever fails on the way.</summary>
public sealed class MongoTransactionTests : IAsyncLifetime
{
    private const string Transient = "TransientTransactionError";

    private readonly ScriptedSet set = new();
    private readonly PatientDatabase database;

    public MongoTransactionTests() => database = Database(set.Uri);

    public async ValueTask InitializeAsync() => await database.FindAsync(0);

    public async ValueTask DisposeAsync()
    {
        database.Dispose();
        await set.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_seen_before_the_end_and_everything_after()
    {
        await database.TransactAsync(
            async (transaction, token) =>
            {
                await database.Audit.InsertOneAsync(transaction, Item(1), cancellationToken: token);
                Assert.Equal(Item(1), await database.Audit.FindOneAsync(Item(1), transaction, token));
                Assert.Null(await database.Audit.FindOneAsync(Item(1), token));
                await database.Audit.InsertOneAsync(transaction, Item(2), cancellationToken: token);
                return true;
            },
            CancellationToken.None);
        Assert.Equal([Item(1), Item(2)], set.Data["auditLog"]);
        var commit = set.Primary.Commands("commitTransaction").Single();
        Assert.Equal(("admin", "majority", true), (commit["$db"].AsString, commit["writeConcern"]["w"].AsString, commit["writeConcern"]["j"].AsBoolean));
        Assert.Equal("snapshot", set.Primary.Commands("insert").First()["readConcern"]["level"].AsString);
    }

    [Theory]
    [InlineData("insert", "before", 2)]
    [InlineData("insert", "after", 2)]
    [InlineData("insert", "conflict", 2)]
    [InlineData("commitTransaction", "before", 1)]
    [InlineData("commitTransaction", "after", 1)]
    [InlineData("commitTransaction", "inside", 1)]
    [InlineData("commitTransaction", "conflict", 2)]
    [InlineData("commitTransaction", "no majority", 1)]
    public async Task What_is_lost_runs_again_and_is_done_once(string command, string how, int runs)
    {
        set.Primary.Next(command, how switch
        {
            "before" => new Fault.CloseBefore(),
            "after" => new Fault.CloseAfter(),
            "inside" => new Fault.CloseInside(20),
            "conflict" => Fault.Error(112, "WriteConflict", Transient),
            _ => new Fault.Adding(new() { ["writeConcernError"] = new BsonDocument { ["code"] = 64, ["errmsg"] = "SECRET" } }),
        });
        var ran = 0;
        // What the lost attempt left open on the server is in the way until the server ends it.
        await database.TransactAsync(
            async (transaction, token) =>
            {
                if (++ran > 1)
                    set.Data.Open = null;
                await database.Audit.InsertOneAsync(transaction, Item(1), cancellationToken: token);
                return true;
            },
            CancellationToken.None);
        Assert.Equal([Item(1)], set.Data["auditLog"]);
        Assert.Equal(runs, ran);
    }

    [Fact]
    public async Task A_commit_that_nobody_confirms_is_unavailable_and_not_undone()
    {
        using var impatient = Database(set.Uri, Policy(MongoDbServices.Policy with { Timeout = TimeSpan.FromSeconds(1) }));
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => impatient.FindAsync(0)) is null, "the first call");
        set.Primary.Next("commitTransaction", new Fault.CloseAfter(), times: 10_000);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => InsertAsync(impatient, 1));
        Assert.Equal([Item(1)], set.Data["auditLog"]);
        Assert.Empty(set.Primary.Commands("abortTransaction"));
    }

    [Fact]
    public async Task What_fails_leaves_nothing_and_is_ended_on_the_server()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.TransactAsync<bool>(
            async (transaction, token) =>
            {
                await database.Audit.InsertOneAsync(transaction, Item(1), cancellationToken: token);
                throw new InvalidOperationException();
            },
            CancellationToken.None));
        Assert.Empty(set.Data["auditLog"]);
        Assert.Null(set.Data.Open);
        Assert.Single(set.Primary.Commands("abortTransaction"));
    }

    [Fact]
    public async Task Whoever_gives_up_does_not_leave_others_waiting()
    {
        using var impatient = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.TransactAsync<bool>(
            async (transaction, token) =>
            {
                await database.Audit.InsertOneAsync(transaction, Item(1), cancellationToken: token);
                await impatient.CancelAsync();
                await database.Audit.InsertOneAsync(transaction, Item(2), cancellationToken: token);
                return true;
            },
            impatient.Token));
        // Nobody waits for the abort, which goes out all the same.
        await Eventually.HoldsAsync(() => set.Primary.Commands("abortTransaction").Any(), "the abort");
        await InsertAsync(database, 3);
        Assert.Equal([Item(3)], set.Data["auditLog"]);
    }

    [Fact]
    public async Task Those_in_each_others_way_all_get_their_turn()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(id => InsertAsync(database, id)));
        Assert.Equal(Enumerable.Range(0, 12), set.Data["auditLog"].Select(item => item["_id"].AsInt32).Order());
    }

    [Fact]
    public async Task A_conflict_without_end_is_contended_and_does_not_open_the_circuit()
    {
        var policy = Policy(MongoDbServices.Policy with { Timeout = TimeSpan.FromSeconds(1), BreakAfter = 2 });
        using var impatient = Database(set.Uri, policy);
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => impatient.FindAsync(0)) is null, "the first call");
        set.Primary.Next("insert", Fault.Error(112, "WriteConflict", Transient), times: 10_000);
        for (var call = 0; call < 3; call++)
            WithoutSecrets(await Assert.ThrowsAsync<StoreContendedException>(() => InsertAsync(impatient, 1)));
        Assert.Equal(Polly.CircuitBreaker.CircuitState.Closed, policy.Circuit);
        await Eventually.HoldsAsync(() => set.Data.Open is null, "nothing left open");
    }

    private static Task InsertAsync(PatientDatabase database, int id) => database.TransactAsync(
        async (transaction, token) =>
        {
            await database.Audit.InsertOneAsync(transaction, Item(id), cancellationToken: token);
            return true;
        },
        CancellationToken.None);
}
