using System.Buffers.Binary;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Writes whole numbers in as few bytes as they need (LEB128, signed ones zigzagged) into memory that is large enough.</summary>
internal ref struct ByteWriter(Span<byte> buffer)
{
    /// <summary>The most bytes that one number takes.</summary>
    public const int MaxVarint = 10;

    private readonly Span<byte> buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Byte(byte value) => buffer[Length++] = value;

    public void Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        buffer[Length++] = (byte)value;
    }

    public void Signed(long value) => Unsigned(ZigZag.Encode(value));

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(buffer[Length..], value);
        Length += sizeof(double);
    }

    /// <summary>The rest of the memory, to be written by the caller, who then calls <see cref="Advance"/>.</summary>
    public readonly Span<byte> Rest => buffer[Length..];

    public void Advance(int bytes) => Length += bytes;
}

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Trusts nothing: what does not fit is an <see cref="InvalidDataException"/>.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> data = data;
    private int position;

    public readonly bool AtEnd => position == data.Length;

    public byte Byte() => position < data.Length ? data[position++] : throw Truncated();

    public ulong Unsigned()
    {
        // Nearly every number fits in one byte.
        if (position < data.Length && data[position] < 0x80)
            return data[position++];
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new InvalidDataException("A number is longer than 64 bits.");
    }

    public long Signed() => ZigZag.Decode(Unsigned());

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double)));

    public ReadOnlySpan<byte> Bytes(ulong count)
    {
        if (count > (ulong)(data.Length - position))
            throw Truncated();
        var bytes = data.Slice(position, (int)count);
        position += (int)count;
        return bytes;
    }

    private static InvalidDataException Truncated() => new("The data ends in the middle.");
}

/// <summary>Signed numbers as unsigned ones, so that those near zero stay small: 0, -1, 1, -2 ... as 0, 1, 2, 3 ...</summary>
internal static class ZigZag
{
    public static ulong Encode(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long Decode(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
