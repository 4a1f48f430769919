using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Tests.MongoDb.Scripted;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.MongoDb.WireFixture;

namespace HealthDashboard.Tests.MongoDb;

/// <summary>Which servers are found, and what happens when another one becomes primary.</summary>
public sealed class MongoTopologyTests
{
    [Fact]
    public async Task The_others_are_found_from_one_secondary()
    {
        await using var set = new ScriptedSet();
        await using var client = Client($"mongodb://{set.Members[2].Address}/?replicaSet=rs0");
        await client.Collection("items").InsertAsync([Item(1)], CancellationToken.None);
        Assert.Single(set.Primary.Commands("insert"));
        await Eventually.HoldsAsync(() => client.Description.Servers.Values.All(server => server.Type != ServerType.Unknown), "all members");
        Assert.Equal(3, client.Description.Servers.Count);
        Assert.Contains($"{set.Members[1].Address} is secondary", client.Servers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_primary_takes_over_and_nothing_acknowledged_is_lost_or_done_twice()
    {
        await using var set = new ScriptedSet();
        await using var client = Client(set.Uri);
        var items = client.Collection("items");
        var written = 0;
        var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await items.InsertAsync([Item(Interlocked.Increment(ref written))], CancellationToken.None);
        })).ToArray();
        for (var turn = 1; turn <= 6; turn++)
        {
            var before = Volatile.Read(ref written);
            set.Elect(set.Members[turn % 3]);
            if (turn % 2 == 0)
                set.Members[(turn + 2) % 3].Drop();
            await Eventually.HoldsAsync(() => Volatile.Read(ref written) > before + 20, "writes on the new primary");
        }
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        // A second time would have been refused: the _id is unique.
        Assert.Equal(Enumerable.Range(1, written), set.Data["items"].Select(item => item["_id"].AsInt32).Order());
        Assert.All(set.Members, member => Assert.NotEmpty(member.Commands("insert")));
    }

    [Fact]
    public async Task A_primary_that_was_replaced_while_cut_off_is_not_written_to()
    {
        await using var set = new ScriptedSet();
        await using var client = Client(set.Uri);
        await client.Collection("items").InsertAsync([Item(1)], CancellationToken.None);
        var old = set.Primary;
        set.Elect(set.Members[1]);
        old.Node.Type = ServerType.Primary;
        await Eventually.HoldsAsync(() => client.Description.Primary?.Address == set.Members[1].Address, "the newer primary");
        for (var id = 2; id < 20; id++)
            await client.Collection("items").InsertAsync([Item(id)], CancellationToken.None);
        Assert.Equal(18, set.Members[1].Commands("insert").Count());
    }

    [Fact]
    public async Task A_server_that_comes_back_is_used_again()
    {
        var set = new ScriptedSet(1);
        await using var client = Client(set.Uri, options => options with { ServerSelectionTimeout = TimeSpan.FromSeconds(2) });
        var items = client.Collection("items");
        await items.InsertAsync([Item(1)], CancellationToken.None);
        await set.DisposeAsync();
        var error = await Assert.ThrowsAsync<MongoConnectionException>(() => items.InsertAsync([Item(2)], CancellationToken.None));
        Assert.NotNull(error);
        var again = Assert.ThrowsAsync<MongoConnectionException>(() => items.InsertAsync([Item(2)], CancellationToken.None));
        Assert.StartsWith("No server to write to: ", (await again).Message, StringComparison.Ordinal);

        await using var restarted = new ScriptedMongo(new MiniMongod(set.Data) { Election = new ObjectId([.. new byte[11], 9]) }, port: PortOf(set.Members[0]));
        await Eventually.HoldsAsync(() => client.Description.Primary is not null, "the server");
        await items.InsertAsync([Item(3)], CancellationToken.None);
        Assert.Equal([Item(1), Item(3)], set.Data["items"]);
    }

    [Fact]
    public async Task Through_mongos_all_of_them_are_used_and_one_that_goes_is_left_out()
    {
        var data = new MiniData();
        await using var first = new ScriptedMongo(new MiniMongod(data) { Type = ServerType.Mongos });
        await using var second = new ScriptedMongo(new MiniMongod(data) { Type = ServerType.Mongos });
        await using var client = Client($"mongodb://{first.Address},{second.Address}");
        var items = client.Collection("items");
        await items.InsertAsync([Item(0)], CancellationToken.None);
        await Eventually.HoldsAsync(() => client.Description.Servers.Values.All(server => server.Type == ServerType.Mongos), "both");
        for (var id = 1; id <= 30; id++)
            await items.InsertAsync([Item(id)], CancellationToken.None);
        Assert.NotEmpty(first.Commands("insert"));
        Assert.NotEmpty(second.Commands("insert"));
        await second.DisposeAsync();
        for (var id = 31; id <= 40; id++)
            await items.InsertAsync([Item(id)], CancellationToken.None);
        Assert.Equal(41, data["items"].Count);
    }

    [Fact]
    public async Task A_server_without_replica_set_is_refused_by_name()
    {
        await using var server = new ScriptedMongo(new MiniMongod(new()) { Type = ServerType.Standalone });
        await using var client = Client($"mongodb://{server.Address}");
        var error = await Assert.ThrowsAsync<MongoRefusedException>(() => client.Collection("items").InsertAsync([Item(1)], CancellationToken.None));
        Assert.Contains("--replSet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_server_is_refused_by_name()
    {
        await using var set = new ScriptedSet(1);
        set.Primary.Node.MaxWireVersion = 13;
        await using var client = Client(set.Uri);
        var error = await Assert.ThrowsAsync<MongoRefusedException>(() => client.Collection("items").InsertAsync([Item(1)], CancellationToken.None));
        Assert.Contains("older than MongoDB 6.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_primary_a_call_waits_its_time_and_says_what_is_there()
    {
        await using var set = new ScriptedSet();
        set.Primary.Node.Type = ServerType.Secondary;
        await using var client = Client(set.Uri, options => options with { ServerSelectionTimeout = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<MongoConnectionException>(() => client.Collection("items").CountAsync([], CancellationToken.None));
        Assert.Contains($"{set.Members[0].Address} is secondary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_waits_goes_on_as_soon_as_there_is_a_primary()
    {
        await using var set = new ScriptedSet();
        set.Primary.Node.Type = ServerType.Secondary;
        await using var client = Client(set.Uri, options => options with { ServerSelectionTimeout = TimeSpan.FromSeconds(30) });
        var waiting = client.Collection("items").InsertAsync([Item(1)], CancellationToken.None);
        await Eventually.HoldsAsync(() => client.Description.Servers.Values.Any(server => server.Type == ServerType.Secondary), "a secondary");
        Assert.False(waiting.IsCompleted);
        set.Elect(set.Members[1]);
        await waiting;
    }

    private static int PortOf(ScriptedMongo server) => int.Parse(server.Address.Split(':')[1]);
}
