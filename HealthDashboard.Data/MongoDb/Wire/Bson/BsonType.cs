namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>The types of values that this client reads and writes, by their byte in BSON [bsonspec.org, version 1.1, "element"].</summary>
internal enum BsonType : byte
{
    Double = 0x01,
    String = 0x02,
    Document = 0x03,
    Array = 0x04,
    Binary = 0x05,
    ObjectId = 0x07,
    Boolean = 0x08,
    DateTime = 0x09,
    Null = 0x0A,
    Regex = 0x0B,
    Int32 = 0x10,
    Timestamp = 0x11,
    Int64 = 0x12,
}

/// <summary>Bytes with a subtype: 0 for plain bytes, 4 for a UUID.</summary>
internal sealed record BsonBinary(byte Subtype, byte[] Bytes)
{
    /// <summary>The subtype of a UUID, most significant byte first.</summary>
    public const byte Uuid = 4;

    public bool Equals(BsonBinary? other) => other is not null && Subtype == other.Subtype && Bytes.AsSpan().SequenceEqual(other.Bytes);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Subtype);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }
}

/// <summary>A regular expression, as text.</summary>
internal sealed record BsonRegex(string Pattern, string Options);

/// <summary>MongoDB's own time of replication: seconds since 1970 in the upper half, a counter in the lower.</summary>
internal readonly record struct BsonTimestamp(ulong Value);
