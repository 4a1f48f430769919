using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.MongoDb.Wire;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Tests.MongoDb.Wire;

/// <summary>Whatever is written is read back; whatever bytes come, reading ends with a document or a <see cref="BsonException"/>.</summary>
public sealed class BsonPropertyTests
{
    private static readonly Gen<string> Texts = Gen.ListOf(Gen.Elements([.. "abzAZ09 .$_éß語\t\u0001"])).Select(list => string.Concat(list.Take(12)));

    private static readonly Gen<byte> Bytes = Gen.Choose(0, 255).Select(n => (byte)n);

    [Fact]
    public void What_is_written_is_read_back() => Prop.ForAll(
        Documents(4).ToArbitrary(),
        document =>
        {
            var bytes = document.ToBytes();
            Assert.Equal(document, BsonDocument.Read(bytes));
            Assert.Equal(bytes, BsonDocument.Read(bytes).ToBytes());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_is_read_back_with_its_sequence() => Prop.ForAll(
        Documents(2).Zip(Documents(3).ListOf(3)).ToArbitrary(),
        pair =>
        {
            var sequence = pair.Item2.SelectMany(document => document.ToBytes()).ToArray();
            using var buffer = new BsonBuffer();
            OpMsg.Write(buffer, 7, new MongoCommand("db", new() { ["insert"] = pair.Item1 }) { SequenceName = "documents", Sequence = sequence });
            var read = OpMsg.Read(buffer.WrittenSpan);
            Assert.Equal(pair.Item1, read["insert"].AsDocument);
            Assert.Equal("db", read["$db"].AsString);
            Assert.Equal(pair.Item2, read["documents"].AsArray.Select(value => value.AsDocument));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Random_bytes_end_in_a_document_or_an_error() =>
        Prop.ForAll(Bytes.ArrayOf().ToArbitrary(), ReadsOrRefuses).QuickCheckThrowOnFailure();

    [Fact]
    public void A_document_that_is_cut_off_is_an_error() => Prop.ForAll(
        Documents(3).Select(document => document.ToBytes()).ToArbitrary(),
        bytes =>
        {
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<BsonException>(() => BsonDocument.Read(bytes.AsSpan(0, length)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Damaged_bytes_end_in_a_document_or_an_error()
    {
        var damaged =
            from document in Documents(3)
            from changes in Gen.Zip(Gen.Choose(0, int.MaxValue), Bytes).ListOf(3)
            select changes.Aggregate(document.ToBytes(), (bytes, change) =>
            {
                // Not the length in front: it would end the reading at once.
                if (bytes.Length > 5)
                    bytes[4 + (change.Item1 % (bytes.Length - 5))] = change.Item2;
                return bytes;
            });
        Prop.ForAll(damaged.ToArbitrary(), ReadsOrRefuses).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void Damaged_messages_end_in_a_body_or_an_error()
    {
        var damaged =
            from body in Documents(2)
            from items in Documents(2).ListOf(2)
            from changes in Gen.Zip(Gen.Choose(0, int.MaxValue), Bytes).ListOf(2)
            select changes.Aggregate(Message(body, items), (bytes, change) =>
            {
                bytes[OpMsg.HeaderSize + (change.Item1 % (bytes.Length - OpMsg.HeaderSize))] = change.Item2;
                return bytes;
            });
        Prop.ForAll(damaged.ToArbitrary(), bytes => ReadsOrRefuses(bytes, message => OpMsg.Read(message))).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static void ReadsOrRefuses(byte[] bytes) => ReadsOrRefuses(bytes, read => BsonDocument.Read(read));

    private static void ReadsOrRefuses(byte[] bytes, Func<byte[], BsonDocument> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Assert.NotNull(read(bytes));
        }
        catch (BsonException)
        {
            // The one error that is right.
        }
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 50_000 + (200 * bytes.Length));
    }

    private static byte[] Message(BsonDocument body, IEnumerable<BsonDocument> items)
    {
        using var buffer = new BsonBuffer();
        var command = new MongoCommand("db", new() { ["insert"] = body });
        OpMsg.Write(buffer, 1, command with { SequenceName = "documents", Sequence = items.SelectMany(item => item.ToBytes()).ToArray() });
        return buffer.WrittenSpan.ToArray();
    }

    private static Gen<BsonDocument> Documents(int depth) => Gen.Zip(Texts, Values(depth)).ListOf().Select(list =>
    {
        var document = new BsonDocument();
        foreach (var (name, value) in list.Take(6))
            document[name] = value;
        return document;
    });

    private static Gen<BsonValue> Values(int depth)
    {
        Gen<BsonValue>[] flat =
        [
            Texts.Select(text => (BsonValue)text),
            ArbMap.Default.GeneratorFor<double>().Select(number => (BsonValue)number),
            ArbMap.Default.GeneratorFor<int>().Select(number => (BsonValue)number),
            ArbMap.Default.GeneratorFor<long>().Select(number => (BsonValue)number),
            ArbMap.Default.GeneratorFor<bool>().Select(truth => (BsonValue)truth),
            ArbMap.Default.GeneratorFor<long>().Select(BsonValue.FromMilliseconds),
            ArbMap.Default.GeneratorFor<ulong>().Select(time => (BsonValue)new BsonTimestamp(time)),
            Bytes.ArrayOf(ObjectId.Size).Select(bytes => (BsonValue)new ObjectId(bytes)),
            Gen.Zip(Bytes, Bytes.ArrayOf()).Select(pair => (BsonValue)new BsonBinary(pair.Item1, pair.Item2)),
            Gen.Zip(Texts, Texts).Select(pair => (BsonValue)new BsonRegex(pair.Item1, pair.Item2)),
            Gen.Constant(BsonValue.Null),
        ];
        return depth == 0
            ? Gen.OneOf(flat)
            : Gen.OneOf([.. flat, Documents(depth - 1).Select(inner => (BsonValue)inner), Values(depth - 1).ListOf().Select(list => (BsonValue)new BsonArray(list.Take(5)))]);
    }
}
