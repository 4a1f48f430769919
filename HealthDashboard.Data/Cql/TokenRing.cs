using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace HealthDashboard.Data.Cql;

/// <summary>Which nodes of a datacenter have a partition. What it is not sure of it leaves open: any node can answer, only with a hop more.</summary>
internal sealed class TokenRing
{
    private readonly string datacenter;
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> keyspaces;
    private readonly ConcurrentDictionary<string, IPEndPoint[][]> placed = new(StringComparer.Ordinal);
    private readonly long[] tokens;
    private readonly Peer[] owners;
    private readonly int nodeCount;
    private readonly int rackCount;

    /// <param name="nodes">The nodes of all datacenters.</param>
    /// <param name="keyspaces">How each keyspace is replicated, as <c>system_schema.keyspaces</c> has it.</param>
    /// <param name="datacenter">Whose replicas are asked for.</param>
    public TokenRing(
        IReadOnlyCollection<Peer> nodes, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> keyspaces, string datacenter)
    {
        (this.keyspaces, this.datacenter) = (keyspaces, datacenter);
        var places = nodes.SelectMany(node => node.Tokens, (node, token) => (Token: token, Node: node)).OrderBy(place => place.Token).ToArray();
        tokens = [.. places.Select(place => place.Token)];
        owners = [.. places.Select(place => place.Node)];
        var local = owners.Where(node => node.Datacenter == datacenter).Distinct().ToArray();
        nodeCount = local.Length;
        rackCount = local.Select(node => node.Rack).Distinct(StringComparer.Ordinal).Count();
    }

    /// <summary>The replicas of the datacenter, the first one first; empty when they are not known.</summary>
    public IReadOnlyList<IPEndPoint> ReplicasOf(string keyspace, long token)
    {
        var places = placed.GetOrAdd(keyspace, static (name, ring) => ring.Place(name), this);
        if (places.Length == 0)
            return [];
        var at = Array.BinarySearch(tokens, token);
        // A range goes up to its owner's token; what is beyond the last belongs to the first.
        return places[(at < 0 ? ~at : at) % places.Length];
    }

    private IPEndPoint[][] Place(string keyspace)
    {
        if (!keyspaces.TryGetValue(keyspace, out var replication) || !replication.TryGetValue("class", out var strategy))
            return [];
        Func<int, IEnumerable<Peer>>? replicas = strategy.Split('.')[^1] switch
        {
            "SimpleStrategy" when CountOf(replication, "replication_factor") is { } count => at => From(at).Take(count).Where(IsLocal),
            "NetworkTopologyStrategy" when CountOf(replication, datacenter) is { } count => at => Spread(at, count),
            _ => null,
        };
        return replicas is null ? [] : [.. Enumerable.Range(0, owners.Length).Select(at => replicas(at).Select(node => node.EndPoint).ToArray())];
    }

    /// <summary>
    /// As NetworkTopologyStrategy does it: round the ring, each rack once before any twice. With fewer racks than replicas the first
    /// nodes met of a rack that was there already make up the number.
    /// </summary>
    private IEnumerable<Peer> Spread(int start, int count)
    {
        var repeats = count - rackCount;
        var racks = new HashSet<string>(StringComparer.Ordinal);
        return From(start).Where(IsLocal).Where(node => racks.Add(node.Rack) || repeats-- > 0).Take(Math.Min(count, nodeCount));
    }

    private IEnumerable<Peer> From(int start) => Enumerable.Range(0, owners.Length).Select(i => owners[(start + i) % owners.Length]).Distinct();

    private bool IsLocal(Peer node) => node.Datacenter == datacenter;

    // "3/1" is three, one of which is transient and holds a row only for a while.
    private static int? CountOf(IReadOnlyDictionary<string, string> replication, string key) =>
        replication.TryGetValue(key, out var text) && int.TryParse(text.Split('/')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : null;
}
