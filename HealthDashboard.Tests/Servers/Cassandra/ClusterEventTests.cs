using System.Net;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Cql;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>What nodes tell unasked: read, and acted on before the minute's own look.</summary>
public sealed class ClusterEventTests : IAsyncDisposable
{
    private ScriptedCluster cluster = ScriptedCluster.Start(3);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    // Worked out by hand from sections 3 and 4.2.6.
    [Fact]
    public void Each_kind_is_read()
    {
        Assert.Equal(
            new TopologyChange("NEW_NODE", new IPEndPoint(IPAddress.Parse("10.0.0.7"), 9042)),
            Read("000f 544f504f4c4f47595f4348414e4745  0008 4e45575f4e4f4445  04 0a000007 00002352"));
        Assert.Equal(
            new StatusChange("DOWN", new IPEndPoint(IPAddress.IPv6Loopback, 9042)),
            Read("000d 5354415455535f4348414e4745  0004 444f574e  10 00000000000000000000000000000001 00002352"));
        Assert.Equal(
            new SchemaChange("UPDATED", "KEYSPACE", "ks"),
            Read("000d 534348454d415f4348414e4745  0007 55504441544544  0008 4b45595350414345  0002 6b73"));
        Assert.Equal(
            new SchemaChange("DROPPED", "FUNCTION", "ks"),
            Read("000d 534348454d415f4348414e4745  0007 44524f50504544  0008 46554e4354494f4e  0002 6b73 0001 66 0001 0003 696e74"));
        Assert.Null(Read("0004 574f5253"));
    }

    [Theory]
    [InlineData("000d 5354415455535f4348414e4745  0004 444f574e  03 0a0000 00002352")]
    [InlineData("000d 5354415455535f4348414e4745  0004 444f574e  04 0a000001 00010000")]
    [InlineData("000d 5354415455535f4348414e4745  0004 444f574e  04 0a000001 0000")]
    [InlineData("000d 5354415455535f4348414e4745  00ff 444f574e")]
    [InlineData("")]
    public void What_is_none_is_refused(string body) => Assert.Throws<ProtocolException>(() => Read(body));

    [Fact]
    public void Random_and_changed_bytes_are_read_or_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        Gen.Elements("TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE", "").ToArbitrary(),
        Gen.Choose(0, 15).ToArbitrary(),
        (rest, kind, flags) =>
        {
            using var body = new FrameWriter(Opcode.Event);
            body.String(kind);
            body.Raw(rest);
            var bytes = body.Body.ToArray();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                ClusterEvent.Read(new Frame(new FrameHeader(FrameHeader.Response, (FrameFlags)flags, -1, Opcode.Event, bytes.Length), bytes));
            }
            catch (ProtocolException)
            {
                // Refused with a typed error, as it should be.
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 + (20 * bytes.Length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public async Task One_connection_is_told_and_another_when_it_breaks()
    {
        var client = await cluster.ConnectAllAsync();
        var first = await TellerAsync();

        await first.StopAsync();
        var second = await TellerAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(2, cluster.Nodes.Sum(node => node.Received.Count(request => request.Opcode == Opcode.Register)));

        first.Start();
        await Eventually.HoldsAsync(
            async () =>
            {
                await second.TellAsync("STATUS_CHANGE", "UP", first);
                return client.ConnectedCount == 3;
            },
            "what the second tells to be heard");
    }

    [Fact]
    public async Task A_node_that_joins_or_leaves_is_known_at_once()
    {
        var isThere = false;
        await RestartAsync(all => isThere ? all : all.Take(2));
        var client = cluster.Connect();
        await Eventually.HoldsAsync(() => client.ConnectedCount == 2, "the two nodes");
        var teller = await TellerAsync();

        isThere = true;
        await teller.TellAsync("TOPOLOGY_CHANGE", "NEW_NODE", cluster.Nodes[2]);
        await AdvanceLittleUntilAsync(() => client.ConnectedCount == 3, "the new node");

        isThere = false;
        await teller.TellAsync("TOPOLOGY_CHANGE", "REMOVED_NODE", cluster.Nodes[2]);
        await AdvanceLittleUntilAsync(() => client.NodeCount == 2, "it to be left out");
    }

    [Fact]
    public async Task A_node_that_is_up_again_is_connected_to_at_once()
    {
        var client = await cluster.ConnectAllAsync();
        var teller = await TellerAsync();
        var other = cluster.Nodes.First(node => node != teller);
        await other.StopAsync();
        await Eventually.HoldsAsync(() => client.ConnectedCount == 2, "the loss to be seen");
        other.Start();

        // The clock stands still: only the event can make it try before its pause is over.
        await Eventually.HoldsAsync(
            async () =>
            {
                await teller.TellAsync("STATUS_CHANGE", "UP", other);
                return client.ConnectedCount == 3;
            },
            "it to be connected");
    }

    [Fact]
    public async Task A_node_that_others_call_down_is_asked_last_and_hung_up_on_when_it_does_not_answer()
    {
        var client = await cluster.ConnectAllAsync();
        var teller = await TellerAsync();
        var other = cluster.Nodes.First(node => node != teller);
        other.Script = _ => new Act.Ignore();
        await teller.TellAsync("STATUS_CHANGE", "DOWN", other);
        await Eventually.HoldsAsync(() => other.Received.Any(request => request.Opcode == Opcode.Options), "it to be asked");

        for (var i = 0; i < 6; i++)
            await client.TablesAsync("health", default);

        Assert.DoesNotContain(other.Ran, cql => cql.Contains("system_schema.tables", StringComparison.Ordinal));
        cluster.Time.Advance(TimeSpan.FromSeconds(2));
        await Eventually.HoldsAsync(() => client.ConnectedCount == 2, "it to be hung up on");
    }

    [Fact]
    public async Task A_node_that_others_wrongly_call_down_is_asked_again_when_it_has_answered()
    {
        var client = await cluster.ConnectAllAsync();
        var teller = await TellerAsync();
        var other = cluster.Nodes.First(node => node != teller);
        await teller.TellAsync("STATUS_CHANGE", "DOWN", other);
        await Eventually.HoldsAsync(
            async () =>
            {
                await client.TablesAsync("health", default);
                return other.Received.Any(request => request.Opcode == Opcode.Options) && other.Ran.Any(cql => cql.Contains("system_schema.tables", StringComparison.Ordinal));
            },
            "it to be asked again");
        Assert.Equal(3, client.ConnectedCount);
    }

    [Fact]
    public async Task A_changed_keyspace_is_looked_at_again_and_a_changed_table_is_not()
    {
        await cluster.ConnectAllAsync();
        var teller = await TellerAsync();
        await teller.TellAsync(Schema("TABLE"));
        await teller.TellAsync("STATUS_CHANGE", "UP", cluster.Nodes[0]);
        Assert.Equal(1, Looks());

        await teller.TellAsync(Schema("KEYSPACE"));
        await AdvanceLittleUntilAsync(() => Looks() == 2, "the second look");

        int Looks() => cluster.Nodes.Sum(node => node.Ran.Count(cql => cql.Contains("system_schema.keyspaces", StringComparison.Ordinal)));
        static Action<FrameWriter> Schema(string target) => body =>
        {
            foreach (var word in new[] { "SCHEMA_CHANGE", "UPDATED", target, "health", "word" })
                body.String(word);
        };
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_closes_the_connection_and_another_is_told()
    {
        var client = await cluster.ConnectAllAsync();
        var teller = await TellerAsync();
        await teller.TellAsync(body => body.Short(0xffff));
        await Eventually.HoldsAsync(() => cluster.Nodes.Any(node => node != teller && node.Listeners.Count == 1), "another to be reported");
        await cluster.AdvanceUntilAsync(() => client.ConnectedCount == 3, "it to be connected again");
    }

    private async Task<ScriptedNode> TellerAsync()
    {
        await Eventually.HoldsAsync(() => cluster.Nodes.Any(node => node.Listeners.Count == 1), "one to be reported");
        return cluster.Nodes.Single(node => node.Listeners.Count == 1);
    }

    private async Task RestartAsync(Func<IReadOnlyList<ScriptedNode>, IEnumerable<ScriptedNode>> members)
    {
        await cluster.DisposeAsync();
        cluster = ScriptedCluster.Start([.. Enumerable.Repeat<ScriptedCluster.Make>((data, at, all) => new ScriptedNode(data, at, () => [.. members(all())]), 3)]);
    }

    /// <summary>Moves the clock by less than the time between two looks.</summary>
    private async Task AdvanceLittleUntilAsync(Func<bool> condition, string what)
    {
        var moved = TimeSpan.Zero;
        await Eventually.HoldsAsync(
            () =>
            {
                if (moved < TimeSpan.FromSeconds(20))
                    cluster.Time.Advance(TimeSpan.FromMilliseconds(50));
                moved += TimeSpan.FromMilliseconds(50);
                return condition();
            },
            what);
    }

    private static ClusterEvent? Read(string body)
    {
        var bytes = Convert.FromHexString(string.Concat(body.Where(c => !char.IsWhiteSpace(c))));
        return ClusterEvent.Read(new Frame(new FrameHeader(FrameHeader.Response, FrameFlags.None, -1, Opcode.Event, bytes.Length), bytes));
    }
}
