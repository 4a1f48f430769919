using System.Net;

namespace HealthDashboard.Data.Cql;

/// <summary>What a node says unasked, to whom has registered for it (sections 4.1.8 and 4.2.6).</summary>
internal abstract record ClusterEvent
{
    /// <summary>All that there are, in the words of REGISTER.</summary>
    public static readonly IReadOnlyList<string> All = ["TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE"];

    /// <summary>Reads the body of an EVENT.</summary>
    /// <returns>The event; null for one of a kind that nobody registers for here.</returns>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static ClusterEvent? Read(Frame frame)
    {
        var reader = Response.ReaderOf(frame);
        return reader.String() switch
        {
            "TOPOLOGY_CHANGE" => new TopologyChange(reader.String(), reader.Inet()),
            "STATUS_CHANGE" => new StatusChange(reader.String(), reader.Inet()),
            "SCHEMA_CHANGE" => new SchemaChange(reader.String(), reader.String(), reader.String()),
            _ => null,
        };
    }
}

/// <summary>The cluster has other nodes, or they have other places on the ring.</summary>
/// <param name="Change">NEW_NODE, REMOVED_NODE or MOVED_NODE.</param>
/// <param name="Node">Which. Only the address is to be trusted: some servers tell the port that nodes talk to each other on.</param>
internal sealed record TopologyChange(string Change, IPEndPoint Node) : ClusterEvent;

/// <summary>A node is seen by the others again, or no longer.</summary>
/// <param name="Change">UP or DOWN. UP may come a moment before the node takes connections.</param>
/// <param name="Node">Which; as in <see cref="TopologyChange"/>.</param>
internal sealed record StatusChange(string Change, IPEndPoint Node) : ClusterEvent
{
    public bool IsDown => Change == "DOWN";
}

/// <summary>The schema is another.</summary>
/// <param name="Change">CREATED, UPDATED or DROPPED.</param>
/// <param name="Target">KEYSPACE, TABLE, TYPE, FUNCTION or AGGREGATE; what follows names it, and is not read.</param>
/// <param name="Keyspace">In which keyspace.</param>
internal sealed record SchemaChange(string Change, string Target, string Keyspace) : ClusterEvent
{
    /// <summary>Whether it may be about where the rows are. A changed table tells itself: its statements are unknown when they are next asked for.</summary>
    public bool IsOfKeyspace => Target == "KEYSPACE";
}
