using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Tests.Unit.Sqlite.Vitals;

public class RollUpCodecTests
{
    private static readonly Gen<double[][]> Pack =
        from divisor in Gen.Elements(1.0, 10, 1000, 3)
        from slots in Gen.Choose(-4000, 4000).Select(whole => whole / divisor).ArrayOf().ArrayOf(60)
        select slots;

    [Fact]
    public void Entries_come_back() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Pack.ToArbitrary(), slots =>
    {
        var pack = new Aggregate[60];
        for (var slot = 0; slot < slots.Length; slot++)
        {
            foreach (var value in slots[slot])
                pack[slot].Add(value);
        }

        var decoded = new Aggregate[60];
        RollUpCodec.Decode(RollUpCodec.Encode(pack), decoded);

        for (var slot = 0; slot < pack.Length; slot++)
        {
            Assert.Equal((pack[slot].Count, pack[slot].Min, pack[slot].Max), (decoded[slot].Count, decoded[slot].Min, decoded[slot].Max));
            Assert.Equal(pack[slot].Sum, decoded[slot].Sum, 1e-6);
        }
    }));

    [Fact]
    public void Random_bytes_are_refused_or_read() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            var pack = new Aggregate[60];
            if (Record.Exception(() => RollUpCodec.Decode([(byte)(bytes.Length % 5), .. bytes], pack)) is { } refused)
                Assert.IsType<InvalidDataException>(refused);
            else
                Assert.All(pack, entry => Assert.True(entry.Count >= 0));
        }));

    [Fact]
    public void Random_bytes_in_the_journal_are_refused_or_read() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        bytes =>
        {
            var catalog = new SeriesCatalog([new Series(1, default, VitalSign.HeartRate), new Series(2, default, VitalSign.Spo2)]);
            if (Record.Exception(() => JournalPacket.Unpack([1, .. bytes], catalog, (_, reading) => Assert.InRange(reading.Time, 0, StoredTime.Last))) is { } refused)
                Assert.IsType<InvalidDataException>(refused);
        }));
}
