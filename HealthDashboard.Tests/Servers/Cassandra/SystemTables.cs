using System.Net;
using System.Text;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>What a scripted node tells about itself and the others, with the columns that clients look for.</summary>
internal static class SystemTables
{
    private static readonly Column[] NodeColumns =
    [
        new("key", CqlTypeCode.Text), new("peer", CqlTypeCode.Inet), new("rpc_address", CqlTypeCode.Inet), new("data_center", CqlTypeCode.Text),
        new("rack", CqlTypeCode.Text), new("release_version", CqlTypeCode.Text), new("cluster_name", CqlTypeCode.Text),
        new("partitioner", CqlTypeCode.Text), new("host_id", CqlTypeCode.Uuid), new("schema_version", CqlTypeCode.Uuid), new("tokens", CqlTypeCode.Set),
    ];

    public static VirtualTable? Find(string table, ScriptedNode own, IReadOnlyList<ScriptedNode> all, MemoryCql data) => table switch
    {
        "system.local" => new("local", NodeColumns, [Row(own)]),
        "system.peers" => new("peers", NodeColumns, [.. all.Where(node => node != own).Select(Row)]),
        "system_schema.tables" => new(
            "tables", [new("table_name", CqlTypeCode.Text)], [.. data.TablesOf("health").Select(name => new Dictionary<string, byte[]?> { ["table_name"] = Text(name) })]),
        "system_schema.keyspaces" => new(
            "keyspaces",
            [new("keyspace_name", CqlTypeCode.Text), new("replication", CqlTypeCode.Map)],
            [new() { ["keyspace_name"] = Text("health"), ["replication"] = Collection(data.Replication.Count, data.Replication.SelectMany(pair => new[] { pair.Key, pair.Value })) }]),
        _ => null,
    };

    private static Dictionary<string, byte[]?> Row(ScriptedNode node) => new()
    {
        ["key"] = Text("local"),
        ["peer"] = node.EndPoint.Address.GetAddressBytes(),
        ["rpc_address"] = (node.ListensEverywhere ? IPAddress.Any : node.EndPoint.Address).GetAddressBytes(),
        ["data_center"] = node.Datacenter is { } name ? Text(name) : null,
        ["rack"] = Text(node.Rack),
        ["release_version"] = Text("4.1.3"),
        ["cluster_name"] = Text("scripted"),
        ["partitioner"] = Text("org.apache.cassandra.dht.Murmur3Partitioner"),
        ["host_id"] = node.HostId.ToByteArray(bigEndian: true),
        ["schema_version"] = node.SchemaVersion.ToByteArray(bigEndian: true),
        ["tokens"] = Collection(node.Tokens.Count, node.Tokens),
    };

    // A collection of texts: how many, then each as [bytes] (sections 6.13 and 6.19).
    private static byte[] Collection(int count, IEnumerable<string> texts)
    {
        using var frame = new FrameWriter(Opcode.Result);
        frame.Int(count);
        foreach (var text in texts)
            frame.LongString(text);
        return frame.Complete(0)[FrameHeader.Size..].ToArray();
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
