using System.Collections.Concurrent;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using MongoDB.Bson;
using static HealthDashboard.Tests.Servers.MongoDb.MongoFixture;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>What happens to calls when another server becomes primary, and when none is.</summary>
public sealed class MongoTopologyTests
{
    [Fact]
    public async Task A_new_primary_takes_over_and_nothing_acknowledged_is_lost_or_done_twice()
    {
        await using var set = new ScriptedSet();
        using var database = Database(set.Uri);
        var acknowledged = new ConcurrentBag<int>();
        var next = 0;
        var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var id = Interlocked.Increment(ref next);
                try
                {
                    await database.InsertAsync(id);
                    acknowledged.Add(id);
                }
                catch (StoreUnavailableException)
                {
                    // The driver repeats once; where elections follow each other that may not be enough.
                }
            }
        })).ToArray();
        for (var turn = 1; turn <= 4; turn++)
        {
            var before = acknowledged.Count;
            set.Elect(set.Members[turn % 3]);
            await Eventually.HoldsAsync(() => acknowledged.Count > before + 20, "writes on the new primary");
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        // A second time would have been refused as a conflict: the _id is unique.
        Assert.Empty(acknowledged.Except(set.Data["auditLog"].Select(item => item["_id"].AsInt32)));
        Assert.All(set.Members, member => Assert.NotEmpty(member.Commands("insert")));
    }

    [Fact]
    public async Task A_primary_that_was_replaced_while_cut_off_is_not_written_to()
    {
        await using var set = new ScriptedSet();
        using var database = Database(set.Uri);
        await database.InsertAsync(1);
        var old = set.Primary;
        set.Elect(set.Members[1]);
        await Eventually.HoldsAsync(async () => (await database.ProbeAsync(CancellationToken.None)).Contains($"{set.Members[1].Address} is primary", StringComparison.Ordinal), "the newer primary");
        old.Node.Type = MemberType.Primary;
        var before = old.Commands("insert").Count();
        for (var id = 2; id < 20; id++)
            await database.InsertAsync(id);
        Assert.Equal(before, old.Commands("insert").Count());
    }

    [Fact]
    public async Task A_server_that_comes_back_is_used_again()
    {
        var set = new ScriptedSet(1);
        using var database = Database(set.Uri);
        await database.InsertAsync(1);
        await set.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => database.InsertAsync(2));
        var again = await Assert.ThrowsAsync<StoreUnavailableException>(() => database.InsertAsync(2));
        Assert.Equal($"no server to write to: {set.Members[0].Address} cannot be reached (ConnectionRefused).", again.Reason);

        await using var restarted = new ScriptedMongo(new MiniMongod(set.Data) { Election = new ObjectId([.. new byte[11], 9]) }, port: PortOf(set.Members[0]));
        await database.InsertAsync(3);
        Assert.Equal([Item(1), Item(3)], set.Data["auditLog"]);
    }

    [Fact]
    public async Task Through_mongos_all_of_them_are_used_and_one_that_goes_is_left_out()
    {
        var data = new MiniData();
        await using var first = new ScriptedMongo(new MiniMongod(data) { Type = MemberType.Mongos });
        await using var second = new ScriptedMongo(new MiniMongod(data) { Type = MemberType.Mongos });
        using var database = Database($"mongodb://{first.Address},{second.Address}");
        var written = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                await database.InsertAsync(written++);
                return first.Commands("insert").Any() && second.Commands("insert").Any();
            },
            "writes through both");
        await second.DisposeAsync();
        for (var n = 0; n < 10; n++)
            await database.InsertAsync(written++);
        Assert.Equal(written, data["auditLog"].Count);
    }

    [Fact]
    public async Task A_server_without_replica_set_is_refused_by_name()
    {
        await using var server = new ScriptedMongo(new MiniMongod(new()) { Type = MemberType.Standalone });
        using var database = Database($"mongodb://{server.Address}");
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => database.InsertAsync(1));
        Assert.Contains("--replSet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_primary_a_call_waits_its_time_and_says_what_is_there()
    {
        await using var set = new ScriptedSet();
        set.Primary.Node.Type = MemberType.Secondary;
        using var database = Database(set.Uri + "&serverSelectionTimeoutMS=500");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => database.InsertAsync(1));
        Assert.Contains($"{set.Members[0].Address} is secondary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_waits_goes_on_as_soon_as_there_is_a_primary()
    {
        await using var set = new ScriptedSet();
        using var database = Database(set.Uri + "&serverSelectionTimeoutMS=15000");
        await database.InsertAsync(1);
        set.Primary.Node.Type = MemberType.Secondary;
        var waiting = database.InsertAsync(2);
        await Eventually.HoldsAsync(() => set.Members.Sum(member => member.Commands("insert").Count(command => command["documents"][0]["_id"] == 2)) == 1, "the first try");
        Assert.False(waiting.IsCompleted);
        set.Elect(set.Members[1]);
        await waiting;
    }

    private static int PortOf(ScriptedMongo server) => int.Parse(server.Address.Split(':')[1]);
}
