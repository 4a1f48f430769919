using System.Net;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Cql;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Tokens and replicas, as the npm package cassandra-driver works them out, and as the rules say in other words.</summary>
public sealed class TokenRingTests
{
    private static readonly Gen<Ring> Rings =
        from nodes in Gen.Choose(1, 9)
        from tokens in Gen.Choose(1, 4)
        from places in Gen.Choose(-1_000_000, 1_000_000).ArrayOf(nodes * tokens)
        from racks in Gen.Choose(0, 3).ArrayOf(nodes)
        from centres in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Constant(2))).ArrayOf(nodes)
        from count in Gen.Choose(1, 5)
        from simple in ArbMap.Default.GeneratorFor<bool>()
        let each = places.Distinct().ToArray()
        select new Ring(
            [.. Enumerable.Range(0, nodes).Select(i => new Peer(
                new IPEndPoint(new IPAddress([10, 0, 0, (byte)i]), 9042), $"dc{centres[i]}", $"r{racks[i]}", [.. each.Where((_, at) => at % nodes == i).Select(token => (long)token)], SchemaVersion: null))],
            simple
                ? new Dictionary<string, string> { ["class"] = "org.apache.cassandra.locator.SimpleStrategy", ["replication_factor"] = $"{count}" }
                : new Dictionary<string, string> { ["class"] = "org.apache.cassandra.locator.NetworkTopologyStrategy", ["dc1"] = $"{count}" });

    [Fact]
    public async Task Tokens_and_replicas_are_those_of_another_client()
    {
        var keys = ArbMap.Default.GeneratorFor<byte[]>().Sample(60, 300).Where(key => key.Length > 0)
            .Append([.. Enumerable.Range(0, 256).Select(i => (byte)i)]).ToArray();
        var rings = Rings.Sample(50, 100).ToArray();
        using var directory = new TempDirectory();
        await File.WriteAllTextAsync(directory["asked.json"], JsonSerializer.Serialize(new
        {
            keys = keys.Select(Convert.ToHexString),
            rings = rings.Select(ring => new
            {
                options = ring.Replication,
                nodes = ring.Nodes.Select(node => new { name = node.EndPoint.ToString(), datacenter = node.Datacenter, rack = node.Rack, tokens = node.Tokens.Select(token => $"{token}") }),
            }),
        }));

        using var said = JsonDocument.Parse(await NodeScript.RunAsync("cassandra-tokens.mjs", directory["asked.json"]));

        Assert.Equal(said.RootElement.GetProperty("tokens").EnumerateArray().Select(token => long.Parse(token.GetString()!)), keys.Select(key => Murmur3.TokenOf(key)));
        var compared = 0;
        foreach (var (ring, theirs) in rings.Zip(said.RootElement.GetProperty("replicas").EnumerateArray()))
        {
            foreach (var place in theirs.EnumerateObject())
            {
                var expected = place.Value.EnumerateArray().Select(name => name.GetString()!).Where(name => ring.IsLocal(name)).ToArray();
                // It may count a node twice whose rack was passed over before, when the node has several tokens.
                if (expected.Distinct().Count() < expected.Length)
                    continue;
                Assert.True(
                    expected.Order().SequenceEqual(ring.ReplicasOf(long.Parse(place.Name)).Select(node => node.ToString()).Order()),
                    $"Other replicas of {place} in {ring}: {string.Join(", ", ring.ReplicasOf(long.Parse(place.Name)))}");
                compared++;
            }
        }
        Assert.InRange(compared, 500, int.MaxValue);
    }

    [Theory]
    [InlineData("", long.MinValue)]
    [InlineData("313233", -7468325962851647638)]
    [InlineData("1010101010101010", 1446172840243228796)]
    [InlineData("fefefefefefefefe", -8927430733708461935)]
    public void Tokens_are_known(string key, long token) => Assert.Equal(token, Murmur3.TokenOf(Convert.FromHexString(key)));

    [Fact]
    public void A_datacenter_has_each_rack_once_before_any_twice() => Prop.ForAll(
        Rings.Where(ring => ring.Count is not null).ToArbitrary(),
        Gen.Choose(-1_100_000, 1_100_000).ToArbitrary(),
        (ring, token) =>
        {
            var local = ring.Nodes.Where(node => node.Datacenter == "dc1" && node.Tokens.Count > 0).ToArray();
            var found = ring.ReplicasOf(token).Select(endPoint => local.Single(node => node.EndPoint.Equals(endPoint))).ToArray();
            Assert.Equal(Math.Min(ring.Count!.Value, local.Length), found.Distinct().Count());
            Assert.Equal(found.Length, found.Distinct().Count());
            Assert.Equal(
                Math.Min(ring.Count!.Value, local.Select(node => node.Rack).Distinct().Count()), found.Select(node => node.Rack).Distinct().Count());
            if (local.Length == 0)
                return;
            // The first is the owner of the first token at or after this one, round the ring.
            var places = local.SelectMany(node => node.Tokens, (node, place) => (place, node)).OrderBy(place => place.place).ToArray();
            Assert.Equal(places.FirstOrDefault(place => place.place >= token, places[0]).node, found[0]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData("org.apache.cassandra.locator.LocalStrategy", "dc1", "3")]
    [InlineData("NetworkTopologyStrategy", "dc2", "3")]
    [InlineData("NetworkTopologyStrategy", "dc1", "many")]
    [InlineData("SimpleStrategy", "dc1", "3")]
    public void What_is_not_known_is_left_open(string strategy, string key, string value)
    {
        var node = new Peer(new IPEndPoint(IPAddress.Loopback, 9042), "dc1", "r1", [0], SchemaVersion: null);
        var ring = new Ring([node], new Dictionary<string, string> { ["class"] = strategy, [key] = value });
        Assert.Empty(ring.ReplicasOf(1));
        Assert.Empty(new TokenRing([node], new Dictionary<string, IReadOnlyDictionary<string, string>>(), "dc1").ReplicasOf("health", 1));
        Assert.Empty(new Ring([], new Dictionary<string, string> { ["class"] = "SimpleStrategy", ["replication_factor"] = "1" }).ReplicasOf(1));
    }

    [Fact]
    public void Transient_replicas_count_as_replicas()
    {
        Peer[] nodes = [.. Enumerable.Range(1, 4).Select(i => new Peer(new IPEndPoint(new IPAddress([10, 0, 0, (byte)i]), 9042), "dc1", "r1", [i], SchemaVersion: null))];
        var ring = new Ring(nodes, new Dictionary<string, string> { ["class"] = "NetworkTopologyStrategy", ["dc1"] = "3/1" });
        Assert.Equal([nodes[1].EndPoint, nodes[2].EndPoint, nodes[3].EndPoint], ring.ReplicasOf(2));
    }

    private sealed record Ring(Peer[] Nodes, Dictionary<string, string> Replication)
    {
        public override string ToString() => $"{JsonSerializer.Serialize(Replication)} {string.Join("; ", Nodes.Select(node => $"{node.EndPoint} {node.Datacenter} {node.Rack} {string.Join(' ', node.Tokens)}"))}";

        private readonly TokenRing ring = new(Nodes, new Dictionary<string, IReadOnlyDictionary<string, string>> { ["health"] = Replication }, "dc1");

        public int? Count => Replication.TryGetValue("dc1", out var count) ? int.Parse(count) : null;

        public bool IsLocal(string name) => Nodes.Single(node => node.EndPoint.ToString() == name).Datacenter == "dc1";

        public IReadOnlyList<IPEndPoint> ReplicasOf(long token) => ring.ReplicasOf("health", token);
    }
}
