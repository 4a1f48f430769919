using System.Buffers.Binary;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>
/// Reads one document, element by element, without copying. Each value must be read, by the method of its type. Whatever the bytes are,
/// it ends, and every error is a <see cref="BsonException"/>.
/// </summary>
internal ref struct BsonReader
{
    private const int Smallest = 5;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest;
    private ReadOnlySpan<byte> name;

    /// <summary>Begins a document.</summary>
    /// <param name="document">Exactly its bytes, with its length in front and its zero at the end.</param>
    public BsonReader(ReadOnlySpan<byte> document)
    {
        if (LengthOf(document) != document.Length || document[^1] != 0)
            throw new BsonException("A document that does not end where it says.");
        rest = document[4..^1];
    }

    /// <summary>The type of the element.</summary>
    public BsonType Type { get; private set; }

    /// <summary>The name of the element.</summary>
    public readonly string Name => BsonNames.Of(name);

    /// <summary>The length that stands in front of a document, if so many bytes are there.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Smallest)
            throw new BsonException("A document that is cut off.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < Smallest || length > bytes.Length || length > BsonLimits.Document)
            throw new BsonException("A document whose length is wrong.");
        return length;
    }

    /// <summary>Goes to the next element; false at the end.</summary>
    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        Type = (BsonType)Take(1)[0];
        name = CStringBytes();
        return true;
    }

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    /// <summary>Also a date as milliseconds since 1970, and a timestamp.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public bool Boolean() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        _ => throw new BsonException("A truth that is neither 0 nor 1."),
    };

    public ObjectId ObjectId() => new(Take(Model.ObjectId.Size));

    public string String()
    {
        var length = Int32();
        if (length < 1)
            throw new BsonException("A text whose length is wrong.");
        var bytes = Take(length);
        if (bytes[^1] != 0)
            throw new BsonException("A text that does not end where it says.");
        return Decode(bytes[..^1]);
    }

    public BsonBinary Binary()
    {
        var length = Int32();
        if (length < 0)
            throw new BsonException("Bytes whose length is wrong.");
        var subtype = Take(1)[0];
        return new BsonBinary(subtype, Take(length).ToArray());
    }

    public BsonRegex Regex() => new(Decode(CStringBytes()), Decode(CStringBytes()));

    /// <summary>The bytes of a value of a type that this client does not read, so that a field of somebody else's is carried along.</summary>
    public byte[] Unread() => (byte)Type switch
    {
        // Undefined, smallest and greatest key.
        0x06 or 0xFF or 0x7F => [],
        // Code and symbol.
        0x0D or 0x0E => Take(sizeof(int) + Prefix()).ToArray(),
        // Pointer: a text and an id.
        0x0C => Take(sizeof(int) + Prefix() + Model.ObjectId.Size).ToArray(),
        // Code with its scope.
        0x0F => Take(Prefix()).ToArray(),
        // Decimal of 128 bits.
        0x13 => Take(16).ToArray(),
        _ => throw new BsonException($"A value of type 0x{(byte)Type:X2}, which there is not."),
    };

    /// <summary>The bytes of a document or an array within this one.</summary>
    public ReadOnlySpan<byte> Document() => Take(LengthOf(rest));

    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new BsonException("A text that is no UTF-8.");
        }
    }

    private readonly int Prefix()
    {
        if (rest.Length < sizeof(int))
            throw new BsonException("A value that is cut off.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        return length >= 0 && length <= rest.Length ? length : throw new BsonException("A value whose length is wrong.");
    }

    private ReadOnlySpan<byte> CStringBytes()
    {
        var end = rest.IndexOf((byte)0);
        if (end < 0)
            throw new BsonException("A name that does not end.");
        return Take(end + 1)[..^1];
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw new BsonException("A value that is cut off.");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
