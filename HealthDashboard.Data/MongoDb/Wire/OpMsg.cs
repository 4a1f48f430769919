using System.Buffers.Binary;
using System.Numerics;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// The message that carries every command and reply [specifications/message/OP_MSG]: a header of 16 bytes (length, id, id that
/// is answered, 2013), flags, then sections. A section of kind 0 is the body, of kind 1 a named sequence of documents. A CRC-32C may follow.
/// </summary>
internal static class OpMsg
{
    public const int HeaderSize = 16;
    public const int OpCode = 2013;

    private const uint ChecksumPresent = 1;
    private const uint MoreToCome = 2;
    private const uint RequiredFlags = 0xFFFF;

    /// <summary>Writes a command.</summary>
    public static void Write(BsonBuffer buffer, int requestId, MongoCommand command)
    {
        var start = buffer.Length;
        WriteHeader(buffer, requestId, responseTo: 0);
        command.With(("$db", command.Database)).Body.WriteTo(buffer);
        if (command.SequenceName is { } name)
        {
            buffer.WriteByte(1);
            var section = buffer.Length;
            buffer.WriteInt32(0);
            new BsonWriter(buffer).CString(name);
            buffer.WriteBytes(command.Sequence.Span);
            buffer.PatchLength(section);
        }
        buffer.PatchLength(start);
    }

    /// <summary>Writes a reply, which has only a body.</summary>
    public static void WriteReply(BsonBuffer buffer, int requestId, int responseTo, BsonDocument body)
    {
        var start = buffer.Length;
        WriteHeader(buffer, requestId, responseTo);
        body.WriteTo(buffer);
        buffer.PatchLength(start);
    }

    /// <summary>The length of the whole message, from its header.</summary>
    /// <exception cref="BsonException">It is none that a server may send.</exception>
    public static (int Length, int RequestId, int ResponseTo, int OpCode) ReadHeader(ReadOnlySpan<byte> header)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < HeaderSize or > BsonLimits.Message)
            throw new BsonException("A message whose length is wrong.");
        return (
            length,
            BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
    }

    /// <summary>Reads a whole message, header included; sequences become arrays of the body.</summary>
    /// <exception cref="BsonException">It is no OP_MSG.</exception>
    public static BsonDocument Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderSize + sizeof(uint) || ReadHeader(message).Length != message.Length || ReadHeader(message).OpCode != OpCode)
            throw new BsonException("A message that is no OP_MSG.");
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(message[HeaderSize..]);
        // Of the lower 16 bits none may be ignored. More to come is said only to who asked for it, which this client does not.
        if ((flags & RequiredFlags & ~ChecksumPresent) != 0)
            throw new BsonException((flags & MoreToCome) != 0 ? "A message that does not end." : "A message with unknown flags.");
        var sections = message[(HeaderSize + sizeof(uint))..];
        if ((flags & ChecksumPresent) != 0)
            sections = Checked(message, sections);
        return ReadSections(sections);
    }

    private static BsonDocument ReadSections(ReadOnlySpan<byte> sections)
    {
        BsonDocument? body = null;
        List<(string Name, BsonArray Documents)> sequences = [];
        while (!sections.IsEmpty)
        {
            var kind = sections[0];
            sections = sections[1..];
            var length = kind == 1 ? SequenceLength(sections) : BsonReader.LengthOf(sections);
            if (kind == 0 && body is null)
                body = BsonDocument.Read(sections[..length]);
            else if (kind == 1)
                sequences.Add(ReadSequence(sections[sizeof(int)..length]));
            else
                throw new BsonException("A message with an unknown section.");
            sections = sections[length..];
        }
        if (body is null)
            throw new BsonException("A message without a body.");
        foreach (var (name, documents) in sequences)
            body[name] = documents;
        return body;
    }

    private static int SequenceLength(ReadOnlySpan<byte> section)
    {
        if (section.Length < sizeof(int) + 1)
            throw new BsonException("A section that is cut off.");
        var length = BinaryPrimitives.ReadInt32LittleEndian(section);
        return length >= sizeof(int) + 1 && length <= section.Length ? length : throw new BsonException("A section whose length is wrong.");
    }

    private static (string Name, BsonArray Documents) ReadSequence(ReadOnlySpan<byte> section)
    {
        var end = section.IndexOf((byte)0);
        if (end < 0)
            throw new BsonException("A name that does not end.");
        var name = BsonReader.Decode(section[..end]);
        var documents = new BsonArray();
        var values = BsonLimits.Values;
        for (section = section[(end + 1)..]; !section.IsEmpty; section = section[BsonReader.LengthOf(section)..])
            documents.Add(BsonDocument.Read(section[..BsonReader.LengthOf(section)], 1, ref values));
        return (name, documents);
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> message, ReadOnlySpan<byte> sections)
    {
        if (sections.Length < sizeof(uint))
            throw new BsonException("A message that is cut off.");
        var crc = uint.MaxValue;
        foreach (var unit in message[..^sizeof(uint)])
            crc = BitOperations.Crc32C(crc, unit);
        return ~crc == BinaryPrimitives.ReadUInt32LittleEndian(message[^sizeof(uint)..])
            ? sections[..^sizeof(uint)]
            : throw new BsonException("A message that was damaged on its way.");
    }

    private static void WriteHeader(BsonBuffer buffer, int requestId, int responseTo)
    {
        buffer.WriteInt32(0);
        buffer.WriteInt32(requestId);
        buffer.WriteInt32(responseTo);
        buffer.WriteInt32(OpCode);
        buffer.WriteInt32(0);
        buffer.WriteByte(0);
    }
}
