using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HealthDashboard.Data.Model;

/// <summary>
/// An id of 12 bytes, written as 24 lower-case hex digits: 4 bytes of seconds since 1970, 5 random bytes of the
/// process and a counter of 3 bytes (the BSON ObjectId), so that ids made later sort later and MongoDB keeps its own key type.
/// </summary>
[JsonConverter(typeof(ObjectIdJsonConverter))]
public readonly record struct ObjectId : IComparable<ObjectId>, ISpanParsable<ObjectId>, IUtf8SpanParsable<ObjectId>
{
    /// <summary>The bytes of one id.</summary>
    public const int Size = 12;

    private static readonly ulong ProcessPart = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) & 0xFF_FFFF_FFFF;
    private static int counter = RandomNumberGenerator.GetInt32(0x100_0000);

    private readonly ulong head;
    private readonly uint tail;

    private ObjectId(ulong head, uint tail) => (this.head, this.tail) = (head, tail);

    /// <summary>Reads an id from its 12 bytes, most significant first.</summary>
    /// <exception cref="ArgumentException">Not 12 bytes.</exception>
    public ObjectId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"An id has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        head = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        tail = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]);
    }

    /// <summary>Makes an id that no other call makes, here or elsewhere.</summary>
    public static ObjectId New(TimeProvider time)
    {
        var seconds = (ulong)(uint)time.GetUtcNow().ToUnixTimeSeconds();
        var count = (uint)Interlocked.Increment(ref counter) & 0xFF_FFFF;
        return new ObjectId((seconds << 32) | (ProcessPart >> 8), (uint)((ProcessPart & 0xFF) << 24) | count);
    }

    /// <summary>Writes the 12 bytes, most significant first.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, head);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], tail);
    }

    /// <summary>The 12 bytes, most significant first.</summary>
    public byte[] ToByteArray()
    {
        var bytes = new byte[Size];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(ObjectId other) =>
        head != other.head ? head.CompareTo(other.head) : tail.CompareTo(other.tail);

    /// <summary>24 lower-case hex digits.</summary>
    public override string ToString() => $"{head:x16}{tail:x8}";

    /// <inheritdoc/>
    public static ObjectId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("An id is 24 hex digits.");

    /// <inheritdoc/>
    public static ObjectId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <summary>Reads 24 hex digits.</summary>
    /// <exception cref="FormatException">Not 24 hex digits.</exception>
    public static ObjectId Parse(string s) => Parse(s.AsSpan(), null);

    /// <inheritdoc/>
    public static ObjectId Parse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider) =>
        TryParse(utf8Text, provider, out var id) ? id : throw new FormatException("An id is 24 hex digits.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ObjectId result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc cref="TryParse(string?, IFormatProvider?, out ObjectId)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out ObjectId result) => TryParse(s.AsSpan(), null, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ObjectId result)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var valid = s.Length == 2 * Size && Convert.FromHexString(s, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        result = valid ? new ObjectId(bytes) : default;
        return valid;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> utf8Text, IFormatProvider? provider, out ObjectId result)
    {
        Span<byte> bytes = stackalloc byte[Size];
        var valid = utf8Text.Length == 2 * Size && Convert.FromHexString(utf8Text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        result = valid ? new ObjectId(bytes) : default;
        return valid;
    }

    internal sealed class ObjectIdJsonConverter : JsonConverter<ObjectId>
    {
        public override ObjectId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var id) ? id : throw new JsonException("An id is 24 hex digits.");

        public override void Write(Utf8JsonWriter writer, ObjectId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());

        public override ObjectId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Read(ref reader, typeToConvert, options);

        public override void WriteAsPropertyName(Utf8JsonWriter writer, ObjectId value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value.ToString());
    }
}
