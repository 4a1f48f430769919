using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace HealthDashboard.Data.Cql;

/// <summary>Writes one frame in the protocol's notations (section 3) into a pooled buffer, which goes back when disposed.</summary>
internal sealed class FrameWriter(Opcode opcode, int capacity = 512) : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int length = FrameHeader.Size;

    public void Dispose()
    {
        if (buffer.Length == 0)
            return;
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    /// <summary>What is written after the header; valid until disposed or written on.</summary>
    public ReadOnlySpan<byte> Body => buffer.AsSpan(FrameHeader.Size, length - FrameHeader.Size);

    /// <summary>The frame with its header; valid until disposed or written on.</summary>
    public ReadOnlyMemory<byte> Complete(short stream, byte version = FrameHeader.Request, FrameFlags flags = FrameFlags.None)
    {
        new FrameHeader(version, flags, stream, opcode, length - FrameHeader.Size).WriteTo(buffer);
        return buffer.AsMemory(0, length);
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Short(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), checked((ushort)value));

    public void Int(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void Consistency(Consistency value) => Short((ushort)value);

    /// <summary>A [string].</summary>
    /// <exception cref="RequestException">Longer than 65,535 bytes.</exception>
    public void String(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        if (count > ushort.MaxValue)
            throw new RequestException($"a string of {count} bytes; at most {ushort.MaxValue} fit");
        Short(count);
        Encoding.UTF8.GetBytes(value, Take(count));
    }

    /// <summary>A [long string].</summary>
    public void LongString(string value)
    {
        Int(Encoding.UTF8.GetByteCount(value));
        Text(value);
    }

    /// <summary>UTF-8 without its length.</summary>
    public void Text(string value) => Encoding.UTF8.GetBytes(value, Take(Encoding.UTF8.GetByteCount(value)));

    /// <summary>A [bytes].</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        Raw(value);
    }

    /// <summary>A [short bytes].</summary>
    public void ShortBytes(ReadOnlySpan<byte> value)
    {
        Short(value.Length);
        Raw(value);
    }

    public void StringMap(params ReadOnlySpan<(string Key, string Value)> map)
    {
        Short(map.Length);
        foreach (var (key, value) in map)
        {
            String(key);
            String(value);
        }
    }

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    private Span<byte> Take(int count)
    {
        if (count > FrameHeader.Size + FrameHeader.MaxLength - length)
            throw new RequestException($"a request of more than {FrameHeader.MaxLength} bytes");
        if (length + count > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + count, 2 * buffer.Length));
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        var taken = buffer.AsSpan(length, count);
        length += count;
        return taken;
    }
}
