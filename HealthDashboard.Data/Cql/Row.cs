using System.Buffers.Binary;
using System.Net;

namespace HealthDashboard.Data.Cql;

/// <summary>One row of a result. Values are decoded when asked for (section 6).</summary>
internal readonly struct Row(RowSet set, int index)
{
    public bool IsNull(int column) => !set.TryGet(index, column, out _);

    public string GetText(int column) => FrameReader.Text(Get(column, CqlTypeCode.Text));

    public byte[] GetBlob(int column) => Get(column, CqlTypeCode.Blob).ToArray();

    public int GetInt(int column) => BinaryPrimitives.ReadInt32BigEndian(Get(column, CqlTypeCode.Int, 4));

    public long GetBigint(int column) => BinaryPrimitives.ReadInt64BigEndian(Get(column, CqlTypeCode.Bigint, 8));

    public double GetDouble(int column) => BinaryPrimitives.ReadDoubleBigEndian(Get(column, CqlTypeCode.Double, 8));

    public double? GetDoubleOrNull(int column) => IsNull(column) ? null : GetDouble(column);

    public Guid GetUuid(int column) => new(Get(column, CqlTypeCode.Uuid, 16), bigEndian: true);

    public DateTimeOffset GetTimestamp(int column)
    {
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(Get(column, CqlTypeCode.Timestamp, 8));
        return milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : throw Wrong(column, "a time out of range");
    }

    public DateOnly GetDate(int column)
    {
        var day = BinaryPrimitives.ReadUInt32BigEndian(Get(column, CqlTypeCode.Date, 4)) - CqlDate.Offset + CqlDate.Epoch;
        return day >= 0 && day <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber((int)day) : throw Wrong(column, "a day out of range");
    }

    public IPAddress GetInet(int column)
    {
        var bytes = Get(column, CqlTypeCode.Inet);
        return bytes.Length is 4 or 16 ? new IPAddress(bytes) : throw Wrong(column, $"an address of {bytes.Length} bytes");
    }

    /// <summary>A set of texts (section 6.19): empty when it is null, because Cassandra does not tell the two apart.</summary>
    public IReadOnlyList<string> GetTextSet(int column)
    {
        if (IsNull(column))
            return [];
        var reader = new FrameReader(Get(column, CqlTypeCode.Set));
        var texts = new string[reader.Count(atLeastBytesEach: 4)];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = Text(ref reader);
        return texts;
    }

    /// <summary>A map of texts (section 6.13).</summary>
    public IReadOnlyDictionary<string, string> GetTextMap(int column)
    {
        var reader = new FrameReader(Get(column, CqlTypeCode.Map));
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = reader.Count(atLeastBytesEach: 8); count > 0; count--)
            map[Text(ref reader)] = Text(ref reader);
        return map;
    }

    private static string Text(ref FrameReader reader) =>
        reader.TryBytes(out var bytes) ? FrameReader.Text(bytes) : throw new ProtocolException("null in a collection");

    private ReadOnlySpan<byte> Get(int column, CqlTypeCode type, int size)
    {
        var bytes = Get(column, type);
        return bytes.Length == size ? bytes : throw Wrong(column, $"{bytes.Length} bytes where {type} has {size}");
    }

    private ReadOnlySpan<byte> Get(int column, CqlTypeCode type)
    {
        var has = set.Columns[column].Type;
        if (has != type)
            throw Wrong(column, $"{has} where {type} is expected");
        return set.TryGet(index, column, out var bytes) ? bytes : throw Wrong(column, "null");
    }

    private ProtocolException Wrong(int column, string what) => new($"column {set.Columns[column].Name} has {what}");
}
