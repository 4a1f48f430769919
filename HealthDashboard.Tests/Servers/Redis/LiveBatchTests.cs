using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Redis;

namespace HealthDashboard.Tests.Servers.Redis;

public sealed class LiveBatchTests
{
    private static readonly Gen<Reading> Readings =
        from patient in Gen.Choose(1, 4)
        from sign in Gen.Elements(Enum.GetValues<VitalSign>())
        from time in Gen.Choose(0, int.MaxValue)
        from value in Gen.Choose(-1_000_000, 1_000_000)
        from device in Gen.Elements(null, "m1", "monitor \u00e9 2", new string('x', 64))
        from arrived in Gen.Choose(0, int.MaxValue)
        select new Reading(new ObjectId([.. Enumerable.Repeat((byte)patient, ObjectId.Size)]), sign, time * 1000L, value / 64.0, device, arrived * 1000L);

    [Fact]
    public void What_was_sent_is_read() => Prop.ForAll(
        Gen.ListOf(Readings).ToArbitrary(),
        readings => LiveBatch.Encode(42, 7, readings.ToList()) is var message
            && LiveBatch.SenderOf(message) == 42 && LiveBatch.TryDecode(message, out var number, out var read) && number == 7 && read.SequenceEqual(readings))
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Many_readings_of_one_patient_are_read()
    {
        Reading[] many = [.. Enumerable.Range(0, 700).Select(i => new Reading(new ObjectId(new byte[12]), VitalSign.Spo2, i, 97))];
        Assert.True(LiveBatch.TryDecode(LiveBatch.Encode(1, 1, many), out _, out var read));
        Assert.Equal(many, read);
    }

    [Fact]
    public void A_message_that_was_cut_or_altered_is_refused_or_read_and_never_throws()
    {
        var random = new Random(20261122);
        var whole = LiveBatch.Encode(7, 1, Readings.Sample(50).ToList());
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var message = whole[..random.Next(whole.Length + 1)];
            for (var changes = random.Next(4); changes > 0 && message.Length > 0; changes--)
                message[random.Next(message.Length)] = (byte)random.Next(256);
            if (!LiveBatch.TryDecode(message, out _, out var read))
                refused++;
            else
                Assert.All(read, reading => Assert.True(double.IsFinite(reading.Value) && Enum.IsDefined(reading.Sign)));
        }
        Assert.InRange(refused, 10_000, 19_999);
    }
}
