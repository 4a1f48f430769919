using System.Buffers.Binary;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb.Wire;

public sealed class OpMsgTests
{
    // {"ping": 1, "$db": "db"}
    private const string Ping = "1B000000" + "1070696E670001000000" + "02246462000300000064620000";

    [Fact]
    public void A_command_has_these_bytes()
    {
        using var buffer = new BsonBuffer();
        OpMsg.Write(buffer, 5, new MongoCommand("db", new() { ["ping"] = 1 }));
        // Length, request 5, answers none, 2013; no flags; a section of kind 0.
        Assert.Equal("3000000005000000" + "00000000DD070000" + "00000000" + "00" + Ping, Convert.ToHexString(buffer.WrittenSpan));
    }

    [Fact]
    public void A_sequence_is_a_section_of_kind_1()
    {
        using var buffer = new BsonBuffer();
        OpMsg.Write(buffer, 5, new MongoCommand("db", new() { ["ping"] = 1 }) { SequenceName = "docs", Sequence = Convert.FromHexString("05000000000500000000") });
        // Its length counts itself, the name and the documents.
        Assert.EndsWith(Ping + "01" + "13000000" + "646F637300" + "05000000000500000000", Convert.ToHexString(buffer.WrittenSpan), StringComparison.Ordinal);
        Assert.Equal(2, OpMsg.Read(buffer.WrittenSpan)["docs"].AsArray.Count);
    }

    [Fact]
    public void A_checksum_is_checked()
    {
        var message = Message(flags: 1, "00" + Ping + "00000000");
        // CRC-32C, which for "123456789" is 0xE3069283, over everything before it.
        var crc = Crc32C(message.AsSpan(0, message.Length - 4));
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(message.Length - 4), crc);
        Assert.Equal(0xE3069283u, Crc32C("123456789"u8));
        Assert.Equal(1, OpMsg.Read(message)["ping"].AsInt32);
        message[30] ^= 1;
        Assert.Contains("damaged", Assert.Throws<BsonException>(() => OpMsg.Read(message)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "00" + Ping, "does not end")]
    [InlineData(4, "00" + Ping, "unknown flags")]
    [InlineData(0x8000, "00" + Ping, "unknown flags")]
    [InlineData(0, "", "without a body")]
    [InlineData(0, "02" + Ping, "unknown section")]
    [InlineData(0, "00" + Ping + "00" + Ping, "unknown section")]
    [InlineData(0, "01" + "0A00000061000500000000", "cut off")]
    [InlineData(0, "00" + Ping + "01" + "FFFFFF7F6100", "length is wrong")]
    [InlineData(0, "00" + Ping + "01" + "050000006100", "does not end")]
    [InlineData(0, "00" + Ping + "01" + "00000000", "cut off")]
    [InlineData(1, "0000", "cut off")]
    public void What_no_server_may_send_is_refused(int flags, string sections, string why) => Assert.Contains(
        why, Assert.Throws<BsonException>(() => OpMsg.Read(Message(flags, sections))).Message, StringComparison.Ordinal);

    [Fact]
    public void Flags_that_may_be_ignored_are() => Assert.Equal(1, OpMsg.Read(Message(1 << 16, "00" + Ping))["ping"].AsInt32);

    [Theory]
    [InlineData(15)]
    [InlineData(-1)]
    [InlineData(48_000_001)]
    public void A_length_that_no_message_has_is_refused_before_anything_is_read(int length)
    {
        var header = new byte[OpMsg.HeaderSize];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        Assert.Throws<BsonException>(() => OpMsg.ReadHeader(header));
    }

    private static byte[] Message(int flags, string sections)
    {
        var body = Convert.FromHexString(sections);
        var message = new byte[OpMsg.HeaderSize + 4 + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), OpMsg.OpCode);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(16), flags);
        body.CopyTo(message, 20);
        return message;
    }

    // Bit by bit, from its polynomial, so that it is not the same code as what it checks.
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var unit in bytes)
        {
            crc ^= unit;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        return ~crc;
    }
}
