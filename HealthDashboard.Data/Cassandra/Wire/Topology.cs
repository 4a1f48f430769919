using System.Globalization;
using System.Net;

namespace HealthDashboard.Data.Cassandra.Wire;

/// <summary>Which nodes a cluster has, as one of them sees it.</summary>
/// <param name="Own">The node that was asked; its address is what it is called itself, not where it was reached.</param>
/// <param name="Peers">The other nodes.</param>
/// <param name="Partitioner">What makes tokens of keys.</param>
internal sealed record Topology(Peer Own, IReadOnlyList<Peer> Peers, string Partitioner)
{
    private const string Columns = "rpc_address, data_center, rack, tokens, schema_version";

    public static async Task<Topology> ReadAsync(Session session, CancellationToken cancel)
    {
        var own = await session.QueryAsync(
            $"SELECT partitioner, {Columns} FROM system.local WHERE key = 'local'", Consistency.One, limit: null, cancel);
        if (own.Count != 1 || own[0].IsNull(2))
            throw new ProtocolException("a node does not know its own datacenter");
        var others = await session.QueryAsync($"SELECT peer, {Columns} FROM system.peers", Consistency.One, limit: null, cancel);
        var peers = new List<Peer>(others.Count);
        for (var i = 0; i < others.Count; i++)
        {
            // A row with gaps is a node that is just coming or going.
            var row = others[i];
            if (!row.IsNull(1) && !row.IsNull(2))
                peers.Add(PeerOf(row, AddressOf(row)));
        }
        return new Topology(PeerOf(own[0], IPAddress.None), peers, own[0].IsNull(0) ? "" : own[0].GetText(0));
    }

    /// <summary>How each keyspace is replicated, by name: the strategy's class and what it is told.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>>> ReadKeyspacesAsync(Session session, CancellationToken cancel)
    {
        var rows = await session.QueryAsync(
            "SELECT keyspace_name, replication FROM system_schema.keyspaces", Consistency.One, limit: null, cancel);
        var keyspaces = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
            keyspaces[rows[i].GetText(0)] = rows[i].GetTextMap(1);
        return keyspaces;
    }

    private static Peer PeerOf(Row row, IPAddress address) => new(
        address,
        row.GetText(2),
        row.IsNull(3) ? "" : row.GetText(3),
        [.. row.GetTextSet(4).Select(text => long.TryParse(text, CultureInfo.InvariantCulture, out var token) ? token : (long?)null).OfType<long>()],
        row.IsNull(5) ? null : row.GetUuid(5));

    // A node that listens everywhere says so; where it is reached is what the others call it.
    private static IPAddress AddressOf(Row row)
    {
        var address = row.GetInet(1);
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? row.GetInet(0) : address;
    }
}

/// <summary>A node, as one of the nodes knows it.</summary>
/// <param name="Address">Where clients reach it.</param>
/// <param name="Datacenter">Its datacenter.</param>
/// <param name="Rack">Its rack; empty when it is not known.</param>
/// <param name="Tokens">Its places on the ring; empty when they are not known, or no numbers.</param>
/// <param name="SchemaVersion">The schema that it works with; null when it is not known.</param>
internal sealed record Peer(IPAddress Address, string Datacenter, string Rack, IReadOnlyList<long> Tokens, Guid? SchemaVersion);
