using System.Net;

namespace HealthDashboard.Data.Cassandra.Wire;

/// <summary>Which nodes a cluster has, as one of them sees it.</summary>
/// <param name="Datacenter">The datacenter of the node that was asked.</param>
/// <param name="Peers">The other nodes.</param>
/// <param name="SchemaVersion">The schema that the node that was asked works with.</param>
internal sealed record Topology(string Datacenter, IReadOnlyList<Peer> Peers, Guid? SchemaVersion)
{
    public static async Task<Topology> ReadAsync(Session session, CancellationToken cancel)
    {
        var own = await session.QueryAsync(
            "SELECT data_center, schema_version FROM system.local WHERE key = 'local'", Consistency.One, limit: null, cancel);
        if (own.Count != 1 || own[0].IsNull(0))
            throw new ProtocolException("a node does not know its own datacenter");
        var others = await session.QueryAsync(
            "SELECT peer, rpc_address, data_center, schema_version FROM system.peers", Consistency.One, limit: null, cancel);
        var peers = new List<Peer>(others.Count);
        for (var i = 0; i < others.Count; i++)
        {
            // A row with gaps is a node that is just coming or going.
            var row = others[i];
            if (!row.IsNull(1) && !row.IsNull(2))
                peers.Add(new Peer(AddressOf(row), row.GetText(2), row.IsNull(3) ? null : row.GetUuid(3)));
        }
        return new Topology(own[0].GetText(0), peers, own[0].IsNull(1) ? null : own[0].GetUuid(1));
    }

    // A node that listens everywhere says so; where it is reached is what the others call it.
    private static IPAddress AddressOf(Row row)
    {
        var address = row.GetInet(1);
        return address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? row.GetInet(0) : address;
    }
}

/// <summary>One of the other nodes.</summary>
internal sealed record Peer(IPAddress Address, string Datacenter, Guid? SchemaVersion);
