using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;

namespace HealthDashboard.Tests.Unit.Sqlite.Vitals;

public class BlockCodecTests
{
    private const long Start = 490_000L * BlockCodec.Hour;

    // Decimals as monitors send them, and what no monitor sends.
    private static readonly Gen<double> Value = Gen.OneOf(
        Gen.Choose(-500, 500).Select(whole => (double)whole),
        Gen.Choose(-500_000, 500_000).Select(whole => whole / 10.0),
        Gen.Choose(-500_000, 500_000).Select(whole => whole / 1000.0));

    private static readonly Gen<double> AnyValue = Gen.OneOf(Value, ArbMap.Default.GeneratorFor<double>(), Gen.Elements(-0.0, double.Epsilon, double.MaxValue, double.MinValue, 1L << 52, 1L << 53));

    private static readonly Gen<Sample[]> Block =
        from value in Gen.Elements(Value, Value, AnyValue)
        from values in value.ArrayOf()
        from steps in Gen.OneOf(Gen.Constant(1000), Gen.Choose(990, 1010), Gen.Choose(1, 60_000)).ArrayOf(values.Length)
        let times = steps.Select((_, i) => steps.Take(i).Sum()).ToArray()
        select values.Select((value, i) => new Sample(Start + times[i], value)).Where(sample => sample.Time < Start + BlockCodec.Hour).ToArray();

    [Fact]
    public void What_goes_in_comes_out_bit_by_bit() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Block.ToArbitrary(), samples =>
    {
        List<Sample> decoded = [new(1, 1)];
        BlockCodec.Decode(BlockCodec.Encode(samples, Start), Start, decoded);
        Assert.Equal(samples.Select(Bits), decoded.Skip(1).Select(Bits));
    }));

    [Fact]
    public void A_steady_signal_takes_a_byte_a_reading()
    {
        var samples = Enumerable.Range(0, 3600).Select(i => new Sample(Start + (1000 * i), 72 + (i * 31 % 3))).ToArray();

        Assert.InRange(BlockCodec.Encode(samples, Start).Length, 3600, 3620);
        Assert.InRange(BlockCodec.Encode([.. samples.Select(sample => sample with { Value = 36.6 })], Start).Length, 1, 20);
    }

    [Fact]
    public void Random_bytes_are_refused_or_read_but_never_more() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(), bytes => DecodesOrRefuses([(byte)(bytes.Length % 5), .. bytes])));

    [Fact]
    public void A_block_that_is_cut_or_changed_is_refused_or_read_but_never_more() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(
        Block.ToArbitrary(),
        Gen.Choose(0, int.MaxValue).Two().ToArbitrary(),
        (samples, at) =>
        {
            var block = BlockCodec.Encode(samples, Start);
            Assert.Throws<InvalidDataException>(() => BlockCodec.Decode(block.AsSpan(0, at.Item1 % block.Length), Start, []));
            Assert.Throws<InvalidDataException>(() => BlockCodec.Decode([.. block, 0], Start, []));
            block[at.Item1 % block.Length] ^= (byte)(1 << (at.Item2 % 8));
            DecodesOrRefuses(block);
        }));

    [Fact]
    public void A_count_that_no_hour_has_is_refused_before_memory_is_taken()
    {
        Assert.Throws<InvalidDataException>(() => BlockCodec.Decode([0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1], Start, []));
    }

    private static void DecodesOrRefuses(byte[] bytes)
    {
        List<Sample> decoded = [];
        try
        {
            BlockCodec.Decode(bytes, Start, decoded);
        }
        catch (InvalidDataException)
        {
            Assert.Empty(decoded);
        }
        Assert.All(decoded, sample => Assert.InRange(sample.Time, Start, Start + BlockCodec.Hour - 1));
        Assert.True(decoded.Zip(decoded.Skip(1)).All(pair => pair.First.Time < pair.Second.Time));
    }

    private static (long, long) Bits(Sample sample) => (sample.Time, BitConverter.DoubleToInt64Bits(sample.Value));
}
