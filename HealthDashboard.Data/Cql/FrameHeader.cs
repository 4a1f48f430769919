using System.Buffers.Binary;

namespace HealthDashboard.Data.Cql;

/// <summary>The first nine bytes of every frame (section 2).</summary>
/// <param name="Version"><see cref="Request"/> or <see cref="Response"/>.</param>
/// <param name="Flags">What the body begins with.</param>
/// <param name="Stream">The number that a request and its answer share; negative for what the server sends unasked.</param>
/// <param name="Opcode">What the frame is.</param>
/// <param name="Length">The length of the body in bytes.</param>
internal readonly record struct FrameHeader(byte Version, FrameFlags Flags, short Stream, Opcode Opcode, int Length)
{
    public const int Size = 9;

    /// <summary>The version byte of a request.</summary>
    public const byte Request = 0x04;

    /// <summary>The version byte of an answer.</summary>
    public const byte Response = 0x84;

    /// <summary>
    /// The longest body that is sent or accepted. The protocol allows 256 MB; a page of 5,000 rows, the largest thing asked for, is
    /// well under 1 MB, so a length beyond this says that the bytes are not what they seem.
    /// </summary>
    public const int MaxLength = 16 * 1024 * 1024;

    public void WriteTo(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Flags;
        BinaryPrimitives.WriteInt16BigEndian(destination[2..], Stream);
        destination[4] = (byte)Opcode;
        BinaryPrimitives.WriteInt32BigEndian(destination[5..], Length);
    }

    /// <summary>Reads the header of a frame of this version in one direction.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    /// <param name="version">The version byte that is expected.</param>
    /// <exception cref="ProtocolException">Another version, or a body longer than <see cref="MaxLength"/>.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes, byte version = Response)
    {
        var header = new FrameHeader(
            bytes[0],
            (FrameFlags)bytes[1],
            BinaryPrimitives.ReadInt16BigEndian(bytes[2..]),
            (Opcode)bytes[4],
            BinaryPrimitives.ReadInt32BigEndian(bytes[5..]));
        if (header.Version != version)
            throw new ProtocolException($"a frame begins with 0x{header.Version:x2}, not with 0x{version:x2} (version 4)");
        if ((uint)header.Length > MaxLength)
            throw new ProtocolException($"a frame of {(uint)header.Length} bytes; at most {MaxLength} are taken");
        return header;
    }
}

/// <summary>What a frame's body begins with, and how it is packed (section 2.2).</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    Compressed = 0x01,
    Tracing = 0x02,
    CustomPayload = 0x04,
    Warning = 0x08,
}

/// <summary>One whole frame as it came.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Body">Its body; nobody else changes it.</param>
internal readonly record struct Frame(FrameHeader Header, byte[] Body);
