using System.Text;

namespace HealthDashboard.Data.Cql;

/// <summary>Writes the requests (section 4.1). The caller sends or disposes what it gets.</summary>
internal static class Requests
{
    /// <summary>The most rows in one page of an answer.</summary>
    public const int PageSize = 5000;

    private const byte Unlogged = 1;
    private const byte PreparedKind = 1;

    public static FrameWriter Options() => new(Opcode.Options, capacity: FrameHeader.Size);

    public static FrameWriter Startup()
    {
        var frame = new FrameWriter(Opcode.Startup);
        // The name is what an operator sees in nodetool clientstats; servers that do not know the key ignore it.
        frame.StringMap(("CQL_VERSION", "3.0.0"), ("DRIVER_NAME", "HealthDashboard"));
        return frame;
    }

    /// <summary>Subscribes to events as they happen.</summary>
    public static FrameWriter Register(IReadOnlyList<string> events)
    {
        var frame = new FrameWriter(Opcode.Register);
        frame.Short(events.Count);
        foreach (var name in events)
            frame.String(name);
        return frame;
    }

    /// <summary>The answer to AUTHENTICATE for SASL PLAIN (RFC 4616): no other identity, the user name and the password.</summary>
    public static FrameWriter Plain(string username, string password)
    {
        var frame = new FrameWriter(Opcode.AuthResponse);
        frame.Bytes(Encoding.UTF8.GetBytes($"\0{username}\0{password}"));
        return frame;
    }

    public static FrameWriter Query(string cql, Consistency consistency)
    {
        var frame = new FrameWriter(Opcode.Query, cql.Length + 64);
        frame.LongString(cql);
        WriteParameters(frame, consistency, [], skipMetadata: false, pagingState: null);
        return frame;
    }

    public static FrameWriter Prepare(string cql)
    {
        var frame = new FrameWriter(Opcode.Prepare, cql.Length + 64);
        frame.LongString(cql);
        return frame;
    }

    public static FrameWriter Execute(Prepared prepared, Consistency consistency, ReadOnlySpan<CqlValue> values, byte[]? pagingState)
    {
        var frame = new FrameWriter(Opcode.Execute);
        frame.ShortBytes(prepared.Id);
        WriteParameters(frame, consistency, values, skipMetadata: prepared.Columns is not null, pagingState);
        return frame;
    }

    /// <summary>Rows for one statement, not logged: they are of one partition, which a replica takes whole or not at all anyway.</summary>
    public static FrameWriter Batch(Prepared prepared, Consistency consistency, IReadOnlyList<CqlValue[]> rows)
    {
        var frame = new FrameWriter(Opcode.Batch, 64 + (128 * rows.Count));
        frame.Byte(Unlogged);
        frame.Short(rows.Count);
        foreach (var row in rows)
        {
            frame.Byte(PreparedKind);
            frame.ShortBytes(prepared.Id);
            WriteValues(frame, row);
        }
        frame.Consistency(consistency);
        frame.Byte(0);
        return frame;
    }

    private static void WriteParameters(
        FrameWriter frame, Consistency consistency, ReadOnlySpan<CqlValue> values, bool skipMetadata, byte[]? pagingState)
    {
        var flags = QueryFlags.PageSize;
        if (values.Length > 0)
            flags |= QueryFlags.Values;
        if (skipMetadata)
            flags |= QueryFlags.SkipMetadata;
        if (pagingState is not null)
            flags |= QueryFlags.PagingState;
        frame.Consistency(consistency);
        frame.Byte((byte)flags);
        if (values.Length > 0)
            WriteValues(frame, values);
        frame.Int(PageSize);
        if (pagingState is not null)
            frame.Bytes(pagingState);
    }

    private static void WriteValues(FrameWriter frame, ReadOnlySpan<CqlValue> values)
    {
        frame.Short(values.Length);
        foreach (ref readonly var value in values)
            value.WriteTo(frame);
    }
}

/// <summary>What follows in the parameters of a query (section 4.1.4).</summary>
[Flags]
internal enum QueryFlags : byte
{
    None = 0,
    Values = 0x01,
    SkipMetadata = 0x02,
    PageSize = 0x04,
    PagingState = 0x08,
    SerialConsistency = 0x10,
    Timestamp = 0x20,
    NamedValues = 0x40,
}
