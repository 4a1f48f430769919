using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.MongoDb.Wire.Bson;

/// <summary>Writes BSON, element by element. Numbers are little-endian [bsonspec.org].</summary>
internal readonly struct BsonWriter(BsonBuffer buffer)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Begins a document or an array; gives what <see cref="End"/> needs.</summary>
    public int Begin()
    {
        var start = buffer.Length;
        buffer.WriteInt32(0);
        return start;
    }

    /// <summary>Ends the document or array.</summary>
    /// <exception cref="BsonException">It is too large.</exception>
    public void End(int start)
    {
        buffer.WriteByte(0);
        if (buffer.PatchLength(start) > BsonLimits.Document)
            throw new BsonException($"A document of more than {BsonLimits.Document} bytes.");
    }

    /// <summary>Begins an element; its value follows, except for null.</summary>
    public void Name(BsonType type, string name)
    {
        buffer.WriteByte((byte)type);
        CString(name);
    }

    /// <summary>Begins an element of an array, whose name is its place.</summary>
    public void Name(BsonType type, int index)
    {
        buffer.WriteByte((byte)type);
        Utf8Formatter.TryFormat(index, buffer.GetSpan(11), out var length);
        buffer.Advance(length);
        buffer.WriteByte(0);
    }

    public void Double(double value) => buffer.WriteInt64(BitConverter.DoubleToInt64Bits(value));

    public void Int32(int value) => buffer.WriteInt32(value);

    /// <summary>Also a date as milliseconds since 1970, and a timestamp.</summary>
    public void Int64(long value) => buffer.WriteInt64(value);

    public void Boolean(bool value) => buffer.WriteByte(value ? (byte)1 : (byte)0);

    public void ObjectId(ObjectId value)
    {
        value.CopyTo(buffer.GetSpan(Model.ObjectId.Size));
        buffer.Advance(Model.ObjectId.Size);
    }

    public void String(string value)
    {
        var start = buffer.Length;
        buffer.WriteInt32(0);
        var length = Encode(value);
        buffer.WriteByte(0);
        // The length counts the zero at the end, but not itself.
        Patch(start, length + 1);
    }

    public void Binary(BsonBinary value)
    {
        buffer.WriteInt32(value.Bytes.Length);
        buffer.WriteByte(value.Subtype);
        buffer.WriteBytes(value.Bytes);
    }

    public void Regex(BsonRegex value)
    {
        CString(value.Pattern);
        CString(value.Options);
    }

    public void CString(string value)
    {
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new BsonException("A name with a zero in it.");
        Encode(value);
        buffer.WriteByte(0);
    }

    private void Patch(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(buffer.At(at), value);

    private int Encode(string value)
    {
        try
        {
            var length = Utf8.GetBytes(value, buffer.GetSpan(Utf8.GetByteCount(value)));
            buffer.Advance(length);
            return length;
        }
        catch (EncoderFallbackException)
        {
            throw new BsonException("A text with half a character in it.");
        }
    }
}
