using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace HealthDashboard.Data.Cql;

/// <summary>
/// Reads a body in the protocol's notations (section 3). Every length is checked against what is left before anything is made of it,
/// so bytes that lie cost no memory; what is left over at the end is the server's business (section 4.2).
/// </summary>
internal ref struct FrameReader(ReadOnlySpan<byte> body)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> body = body;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => body.Length - Position;

    public byte Byte() => Take(1)[0];

    public ushort Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public Consistency Consistency() => (Consistency)Short();

    public string String() => Text(Take(Short()));

    public ReadOnlySpan<byte> ShortBytes() => Take(Short());

    /// <summary>A [bytes]; false when it is null.</summary>
    public bool TryBytes(out ReadOnlySpan<byte> bytes)
    {
        var length = Int();
        bytes = length < 0 ? default : Take(length);
        return length >= 0;
    }

    /// <summary>An [int] that counts things of which each takes at least so many bytes.</summary>
    /// <exception cref="ProtocolException">Negative, or more than can be there.</exception>
    public int Count(int atLeastBytesEach) => Check(Int(), atLeastBytesEach);

    /// <summary>A [short] that counts things of which each takes at least so many bytes.</summary>
    /// <exception cref="ProtocolException">More than can be there.</exception>
    public int ShortCount(int atLeastBytesEach) => Check(Short(), atLeastBytesEach);

    /// <summary>An [inet]: an address and a port.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public IPEndPoint Inet()
    {
        var size = Byte();
        if (size is not (4 or 16))
            throw new ProtocolException($"an address of {size} bytes");
        var address = new IPAddress(Take(size));
        var port = Int();
        return (uint)port <= IPEndPoint.MaxPort ? new IPEndPoint(address, port) : throw new ProtocolException($"a port {port}");
    }

    public void Skip(int count) => Take(count);

    /// <summary>Decodes UTF-8.</summary>
    /// <exception cref="ProtocolException">It is none.</exception>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ProtocolException("a text is not UTF-8", error);
        }
    }

    private readonly int Check(int count, int atLeastBytesEach) => count >= 0 && (long)count * atLeastBytesEach <= Remaining
        ? count
        : throw new ProtocolException($"{count} things cannot be in the {Remaining} bytes that are left");

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw new ProtocolException($"{(uint)count} bytes are wanted where {Remaining} are left");
        var taken = body.Slice(Position, count);
        Position += count;
        return taken;
    }
}
