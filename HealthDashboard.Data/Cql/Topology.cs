using System.Globalization;
using System.Net;

namespace HealthDashboard.Data.Cql;

/// <summary>Which nodes a cluster has, and how its keyspaces are replicated, as one of the nodes sees it.</summary>
/// <param name="Own">The node that was asked.</param>
/// <param name="Others">The other nodes.</param>
/// <param name="Partitioner">What makes tokens of keys; empty when it is not known.</param>
/// <param name="Keyspaces">For each keyspace the strategy's class, as <c>class</c>, and its settings.</param>
internal sealed record Topology(
    Peer Own, IReadOnlyList<Peer> Others, string Partitioner, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Keyspaces)
{
    private const string Columns = "rpc_address, data_center, rack, tokens, schema_version";

    public IEnumerable<Peer> Nodes => Others.Prepend(Own);

    /// <summary>Asks a node.</summary>
    /// <param name="session">The connection to it. It is where it was reached, whatever it calls itself.</param>
    /// <param name="port">Where the others listen.</param>
    /// <param name="cancel">Stops waiting.</param>
    public static async Task<Topology> ReadAsync(Session session, int port, CancellationToken cancel)
    {
        var own = await QueryAsync(session, $"SELECT partitioner, {Columns} FROM system.local WHERE key = 'local'", cancel);
        if (own.Length != 1 || own[0].IsNull(2))
            throw new ProtocolException("a node does not know its own datacenter");
        var others = await QueryAsync(session, $"SELECT peer, {Columns} FROM system.peers", cancel);
        var keyspaces = await QueryAsync(session, "SELECT keyspace_name, replication FROM system_schema.keyspaces", cancel);
        // A row with gaps is a node that is just coming or going.
        return new Topology(
            PeerOf(own[0], session.EndPoint),
            [.. others.Where(row => !row.IsNull(1) && !row.IsNull(2)).Select(row => PeerOf(row, new IPEndPoint(AddressOf(row), port)))],
            own[0].IsNull(0) ? "" : own[0].GetText(0),
            keyspaces.DistinctBy(row => row.GetText(0)).ToDictionary(row => row.GetText(0), row => row.GetTextMap(1), StringComparer.Ordinal));
    }

    /// <summary>Who of a datacenter has which rows; null when the partitioner is not Murmur3.</summary>
    public TokenRing? RingOf(string datacenter) =>
        Partitioner.EndsWith("Murmur3Partitioner", StringComparison.Ordinal) ? new TokenRing([.. Nodes], Keyspaces, datacenter) : null;

    private static async Task<Row[]> QueryAsync(Session session, string cql, CancellationToken cancel)
    {
        var rows = await session.QueryAsync(cql, Consistency.One, limit: null, cancel);
        return [.. Enumerable.Range(0, rows.Count).Select(i => rows[i])];
    }

    private static Peer PeerOf(Row row, IPEndPoint endPoint) => new(
        endPoint,
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
/// <param name="EndPoint">Where clients reach it.</param>
/// <param name="Datacenter">Its datacenter.</param>
/// <param name="Rack">Its rack; empty when it is not known.</param>
/// <param name="Tokens">Its places on the ring, each the last token of a range that is its own; empty when they are not known, or no numbers.</param>
/// <param name="SchemaVersion">The schema that it works with; null when it is not known.</param>
internal sealed record Peer(IPEndPoint EndPoint, string Datacenter, string Rack, IReadOnlyList<long> Tokens, Guid? SchemaVersion);
