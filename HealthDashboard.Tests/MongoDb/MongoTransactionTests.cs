using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Tests.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.MongoDb.WireFixture;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>All or nothing, whatever fails on the way.</summary>
public sealed class MongoTransactionTests : IAsyncLifetime
{
    private readonly ScriptedSet set = new();
    private readonly MongoClient client;
    private readonly MongoCollection items;

    public MongoTransactionTests()
    {
        client = Client(set.Uri);
        items = client.Collection("items");
    }

    public async ValueTask InitializeAsync() => await items.CreateAsync([], CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await set.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_seen_before_the_end_and_everything_after()
    {
        await client.TransactAsync(
            async transaction =>
            {
                await items.InsertAsync([Item(1)], CancellationToken.None, transaction);
                Assert.Equal(Item(1), await items.FindOneAsync(Item(1), transaction, CancellationToken.None));
                Assert.Null(await items.FindOneAsync(Item(1), ReadConcern.Majority, CancellationToken.None));
                await items.InsertAsync([Item(2)], CancellationToken.None, transaction);
                return true;
            },
            CancellationToken.None);
        Assert.Equal([Item(1), Item(2)], set.Data["items"]);
        var commit = set.Primary.Commands("commitTransaction").Single();
        Assert.Equal(("admin", "majority"), (commit["$db"].AsString, commit["writeConcern"].AsDocument["w"].AsString));
        Assert.Equal("snapshot", set.Primary.Commands("insert").First()["readConcern"].AsDocument["level"].AsString);
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
            "conflict" => Fault.Error(112, "WriteConflict", MongoException.TransientTransaction),
            _ => new Fault.Adding(new() { ["writeConcernError"] = new BsonDocument { ["code"] = 64 } }),
        });
        var ran = 0;
        // What the lost attempt left open on the server is in the way until the server ends it.
        await client.TransactAsync(
            async transaction =>
            {
                if (++ran > 1)
                    set.Data.Open = null;
                await items.InsertAsync([Item(1)], CancellationToken.None, transaction);
                return true;
            },
            CancellationToken.None);
        Assert.Equal([Item(1)], set.Data["items"]);
        Assert.Equal(runs, ran);
    }

    [Fact]
    public async Task A_commit_that_nobody_confirms_is_an_error_that_says_so()
    {
        set.Primary.Next("commitTransaction", new Fault.CloseAfter(), times: 3);
        var error = await Assert.ThrowsAsync<MongoConnectionException>(() => InsertAsync(1));
        Assert.True(error.Has(MongoException.UnknownCommit));
        Assert.Empty(set.Primary.Commands("abortTransaction"));
    }

    [Fact]
    public async Task What_fails_leaves_nothing_and_is_ended_on_the_server()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => client.TransactAsync<bool>(
            async transaction =>
            {
                await items.InsertAsync([Item(1)], CancellationToken.None, transaction);
                throw new InvalidOperationException();
            },
            CancellationToken.None));
        Assert.Empty(set.Data["items"]);
        Assert.Null(set.Data.Open);
        Assert.Single(set.Primary.Commands("abortTransaction"));
    }

    [Fact]
    public async Task Whoever_gives_up_does_not_leave_others_waiting()
    {
        using var impatient = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.TransactAsync<bool>(
            async transaction =>
            {
                await items.InsertAsync([Item(1)], impatient.Token, transaction);
                await impatient.CancelAsync();
                await items.InsertAsync([Item(2)], impatient.Token, transaction);
                return true;
            },
            impatient.Token));
        // Nobody waits for the abort, which goes out all the same.
        await Eventually.HoldsAsync(() => set.Data.Open is null, "the abort");
        await InsertAsync(3);
        Assert.Equal([Item(3)], set.Data["items"]);
    }

    [Fact]
    public async Task Those_in_each_others_way_all_get_their_turn()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(InsertAsync));
        Assert.Equal(Enumerable.Range(0, 12), set.Data["items"].Select(item => item["_id"].AsInt32).Order());
    }

    [Fact]
    public async Task One_that_did_nothing_asks_nothing_of_the_server()
    {
        Assert.True(await client.TransactAsync(_ => Task.FromResult(true), CancellationToken.None));
        Assert.Empty(set.Primary.Commands("commitTransaction"));
    }

    [Fact]
    public async Task A_conflict_without_end_is_told()
    {
        set.Primary.Next("insert", Fault.Error(112, "WriteConflict", MongoException.TransientTransaction), times: 100);
        var error = await Assert.ThrowsAsync<MongoCommandException>(() => InsertAsync(1));
        Assert.True(error.MayPass);
        await Eventually.HoldsAsync(() => set.Data.Open is null, "nothing left open");
    }

    private Task InsertAsync(int id) => client.TransactAsync(
        async transaction =>
        {
            await items.InsertAsync([Item(id)], CancellationToken.None, transaction);
            return true;
        },
        CancellationToken.None);
}
