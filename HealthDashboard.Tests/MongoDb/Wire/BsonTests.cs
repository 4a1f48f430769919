using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb.Wire;

/// <summary>Bytes as bsonspec.org writes them, and what is no BSON.</summary>
public sealed class BsonTests
{
    [Fact]
    public void The_examples_of_the_specification_are_these_bytes()
    {
        Assert.Equal("160000000268656C6C6F0006000000776F726C640000", Hex(new() { ["hello"] = "world" }));
        Assert.Equal(
            "3100000004" + "42534F4E00" + "26000000" + "0230000800000061776573" + "6F6D6500" + "013100" + "3333333333331440" + "103200" + "C2070000" + "00" + "00",
            Hex(new() { ["BSON"] = new BsonArray { "awesome", 5.05, 1986 } }));
    }

    [Fact]
    public void Each_type_has_its_bytes()
    {
        Assert.Equal("0500000000", Hex([]));
        Assert.Equal("10000000" + "016100" + "000000000000F83F" + "00", Hex(new() { ["a"] = 1.5 }));
        Assert.Equal("0D000000" + "036100" + "0500000000" + "00", Hex(new() { ["a"] = new BsonDocument() }));
        Assert.Equal("0F000000" + "056100" + "02000000" + "00" + "BEEF" + "00", Hex(new() { ["a"] = new BsonBinary(0, [0xBE, 0xEF]) }));
        Assert.Equal("14000000" + "076100" + "0102030405060708090A0B0C" + "00", Hex(new() { ["a"] = ObjectId.Parse("0102030405060708090a0b0c") }));
        Assert.Equal("09000000" + "086100" + "01" + "00", Hex(new() { ["a"] = true }));
        Assert.Equal("10000000" + "096100" + "E803000000000000" + "00", Hex(new() { ["a"] = DateTimeOffset.UnixEpoch.AddSeconds(1) }));
        Assert.Equal("08000000" + "0A6100" + "00", Hex(new() { ["a"] = BsonValue.Null }));
        Assert.Equal("0C000000" + "0B6100" + "5E00" + "6900" + "00", Hex(new() { ["a"] = new BsonRegex("^", "i") }));
        Assert.Equal("0C000000" + "106100" + "FEFFFFFF" + "00", Hex(new() { ["a"] = -2 }));
        Assert.Equal("10000000" + "116100" + "0100000002000000" + "00", Hex(new() { ["a"] = new BsonTimestamp(0x0000000200000001) }));
        Assert.Equal("10000000" + "126100" + "FFFFFFFFFFFFFF7F" + "00", Hex(new() { ["a"] = long.MaxValue }));
    }

    [Theory]
    [InlineData("", "cut off")]
    [InlineData("04000000", "cut off")]
    [InlineData("0600000000", "length is wrong")]
    [InlineData("FFFFFF7F00", "length is wrong")]
    [InlineData("FFFFFFFF00", "length is wrong")]
    [InlineData("0500000001", "does not end where it says")]
    [InlineData("050000000000", "does not end where it says")]
    [InlineData("0700000010" + "61" + "00", "name that does not end")]
    [InlineData("0900000010" + "6100" + "01" + "00", "cut off")]
    [InlineData("0900000008" + "6100" + "02" + "00", "neither 0 nor 1")]
    [InlineData("0D00000002" + "6100" + "00000000" + "00" + "00", "length is wrong")]
    [InlineData("0E00000002" + "6100" + "02000000" + "6161" + "00", "does not end where it says")]
    [InlineData("0E00000002" + "6100" + "02000000" + "FF00" + "00", "no UTF-8")]
    [InlineData("0D00000002" + "6100" + "FFFFFF7F" + "00" + "00", "cut off")]
    [InlineData("0E00000005" + "6100" + "FFFFFFFF" + "00" + "00" + "00", "length is wrong")]
    [InlineData("0D00000003" + "6100" + "FFFFFF7F" + "00" + "00", "length is wrong")]
    public void What_is_no_document_is_refused(string hex, string why)
    {
        var error = Assert.Throws<BsonException>(() => BsonDocument.Read(Convert.FromHexString(hex)));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_of_another_type_is_refused_by_name()
    {
        var document = new BsonDocument { ["text"] = "x", ["half"] = 1.5, ["long"] = long.MaxValue, ["far"] = BsonValue.FromMilliseconds(long.MaxValue) };
        Assert.Contains("String where a whole number", Assert.Throws<BsonException>(() => document["text"].AsInt64).Message, StringComparison.Ordinal);
        Assert.Throws<BsonException>(() => document["text"].AsDocument);
        Assert.Throws<BsonException>(() => document["half"].AsInt32);
        Assert.Throws<BsonException>(() => document["long"].AsInt32);
        Assert.Throws<BsonException>(() => document["far"].AsTime);
        Assert.Throws<BsonException>(() => document["nothing"]);
        Assert.Equal(2, new BsonDocument { ["n"] = 2.0 }["n"].AsInt32);
    }

    [Fact]
    public void Documents_are_at_most_100_within_each_other_both_ways()
    {
        Assert.Equal(Nested(99), BsonDocument.Read(Nested(99).ToBytes()));
        Assert.Throws<BsonException>(() => Nested(100).ToBytes());
        var bytes = Convert.FromHexString("0500000000");
        for (var i = 0; i < 100; i++)
            bytes = [.. BitConverter.GetBytes(bytes.Length + 8), 3, (byte)'a', 0, .. bytes, 0];
        Assert.Contains("100", Assert.Throws<BsonException>(() => BsonDocument.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_is_at_most_16_MiB_both_ways_and_says_so_before_it_takes_memory()
    {
        var most = new string('x', 16 * 1024 * 1024);
        Assert.Equal(most.Length, BsonDocument.Read(new BsonDocument { ["a"] = most }.ToBytes())["a"].AsString.Length);
        Assert.Throws<BsonException>(() => new BsonDocument { ["a"] = most + new string('x', 16 * 1024) }.ToBytes());
        var announced = new byte[100];
        BitConverter.TryWriteBytes(announced, int.MaxValue);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<BsonException>(() => BsonDocument.Read(announced));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 100_000);
    }

    [Fact]
    public void A_message_of_nothing_but_tiny_values_is_refused()
    {
        // Two bytes a value: memory would be many times what came over the wire.
        var count = BsonLimits.Values + 1;
        byte[] bytes = [.. BitConverter.GetBytes((count * 2) + 5), .. Enumerable.Repeat<byte[]>([0x0A, 0], count).SelectMany(b => b), 0];
        Assert.Contains("values", Assert.Throws<BsonException>(() => BsonDocument.Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_written_is_refused()
    {
        Assert.Throws<BsonException>(() => new BsonDocument { ["a\0b"] = 1 }.ToBytes());
        Assert.Throws<BsonException>(() => new BsonDocument { ["a"] = "half \uD83D" }.ToBytes());
        Assert.Equal("a\0b", BsonDocument.Read(new BsonDocument { ["a"] = "a\0b" }.ToBytes())["a"].AsString);
    }

    [Fact]
    public void No_text_of_a_document_ends_up_in_a_log() =>
        Assert.DoesNotContain("secret", $"{new BsonDocument { ["a"] = "secret" }["a"]} {new BsonDocument { ["a"] = "secret" }}", StringComparison.Ordinal);

    [Fact]
    public void Names_that_share_a_place_are_still_read_as_themselves()
    {
        var names = Enumerable.Range(0, 5000).Select(n => $"field{n}").Append(new string('n', 200)).Append("é").ToArray();
        var document = new BsonDocument();
        foreach (var name in names)
            document[name] = 1;
        for (var i = 0; i < 2; i++)
            Assert.Equal(names, BsonDocument.Read(document.ToBytes()).Select(element => element.Key));
    }

    private static BsonDocument Nested(int times)
    {
        var document = new BsonDocument();
        for (var i = 0; i < times; i++)
            document = new() { ["a"] = document };
        return document;
    }

    private static string Hex(BsonDocument document)
    {
        var bytes = document.ToBytes();
        Assert.Equal(document, BsonDocument.Read(bytes));
        return Convert.ToHexString(bytes);
    }
}
