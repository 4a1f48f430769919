namespace HealthDashboard.Data.Cql;

/// <summary>The types that the protocol knows (section 4.2.5.2). Values are read and written only of those that the tables use.</summary>
internal enum CqlTypeCode : ushort
{
    Custom = 0x00,
    Ascii = 0x01,
    Bigint = 0x02,
    Blob = 0x03,
    Boolean = 0x04,
    Counter = 0x05,
    Decimal = 0x06,
    Double = 0x07,
    Float = 0x08,
    Int = 0x09,
    Timestamp = 0x0B,
    Uuid = 0x0C,
    Text = 0x0D,
    Varint = 0x0E,
    Timeuuid = 0x0F,
    Inet = 0x10,
    Date = 0x11,
    Time = 0x12,
    Smallint = 0x13,
    Tinyint = 0x14,
    List = 0x20,
    Map = 0x21,
    Set = 0x22,
    UserDefined = 0x30,
    Tuple = 0x31,
}

/// <summary>A column of a result, or a marker of a statement.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, without what is inside a collection.</param>
internal sealed record Column(string Name, CqlTypeCode Type)
{
    /// <summary>The deepest nesting of types that is read; real ones have two or three levels.</summary>
    private const int MaxDepth = 16;

    /// <summary>Reads the column specifications of a result or of a prepared statement.</summary>
    /// <param name="reader">Stands where they begin.</param>
    /// <param name="count">How many.</param>
    /// <param name="sameTable">Whether the table is named once for all.</param>
    /// <param name="keyspace">The keyspace of the table that was named last; empty when there is none.</param>
    public static Column[] ReadAll(ref FrameReader reader, int count, bool sameTable, out string keyspace)
    {
        keyspace = sameTable ? ReadTable(ref reader) : "";
        var columns = new Column[count];
        for (var i = 0; i < count; i++)
        {
            if (!sameTable)
                keyspace = ReadTable(ref reader);
            columns[i] = new Column(reader.String(), ReadType(ref reader, MaxDepth));
        }
        return columns;
    }

    private static string ReadTable(ref FrameReader reader)
    {
        var keyspace = reader.String();
        reader.ShortBytes();
        return keyspace;
    }

    private static CqlTypeCode ReadType(ref FrameReader reader, int depth)
    {
        if (depth == 0)
            throw new ProtocolException($"a type nested more than {MaxDepth} times");
        var type = (CqlTypeCode)reader.Short();
        switch (type)
        {
            case CqlTypeCode.Custom:
                reader.ShortBytes();
                break;
            case CqlTypeCode.List or CqlTypeCode.Set:
                ReadType(ref reader, depth - 1);
                break;
            case CqlTypeCode.Map:
                ReadType(ref reader, depth - 1);
                ReadType(ref reader, depth - 1);
                break;
            case CqlTypeCode.UserDefined:
                ReadTable(ref reader);
                for (var fields = reader.Short(); fields > 0; fields--)
                {
                    reader.ShortBytes();
                    ReadType(ref reader, depth - 1);
                }
                break;
            case CqlTypeCode.Tuple:
                for (var parts = reader.Short(); parts > 0; parts--)
                    ReadType(ref reader, depth - 1);
                break;
        }
        return type;
    }
}
