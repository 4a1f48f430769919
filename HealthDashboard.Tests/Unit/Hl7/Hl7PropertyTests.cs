using System.Text;
using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using HealthDashboard.Hl7;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Unit.Hl7;

public sealed class Hl7PropertyTests
{
    private static readonly string[] Pieces =
    [
        "MSH|^~\\&|", "MSH", "\r", "\n", "BHS|^~\\&|b", "FHS|^~\\&|f", "BTS|1", "FTS|1", "PID|1||MRN-1^^^A^MR", "PV1|1|I|ICU^1^2", "OBR|1||||||20260105080000",
        "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1|72|264864|||||F|||20260105080000", "OBX|1|SN|8867-4^^LN|1|<^5|/min", "OBX|1|CWE|80288-4^^LN|1|A^Alert", "PRT|1||||||||||DEV", "\\X41\\", "\\XFF\\", "\\.br\\", "\\", "\\F\\",
        "|", "^", "~", "&", "\"\"", "ORU^R01", "|P|2.6", "é", "\0", "99999999999999999999", "-1e400", "20260229", "+9999", "Z",
    ];

    private static readonly Gen<byte[]> Texts = Gen.OneOf(
        Gen.ListOf(Gen.Elements(Pieces)).Select(list => Encoding.UTF8.GetBytes(string.Concat(list))),
        Gen.ListOf(Gen.Elements(Pieces)).Select(list => Encoding.UTF8.GetBytes("MSH|^~\\&|M|I|H|H|20260105080000+0100||ORU^R01|7|P|2.6\r" + string.Join('\r', list))),
        Gen.ListOf(Gen.Choose(0, 255)).Select(list => list.Select(number => (byte)number).ToArray()));

    [Fact]
    public void Any_bytes_are_read_or_refused() => Prop.ForAll(Texts.ToArbitrary(), bytes =>
    {
        try
        {
            foreach (var lines in Hl7Content.Read(bytes).Messages)
            {
                var message = Hl7Message.Parse(lines);
                var read = ObservationReader.Read(message, ZoneRule.Of(message, TimeProvider.System), new DeviceNames());
                Assert.All(read.Observations.Where(one => one.Error is null), one => Assert.True(double.IsFinite(one.Value) && one.Sign.Info() is not null));
                PidDetails.Read(message.First("PID") ?? message.Segments[0], new DateOnly(2026, 1, 5));
            }
        }
        catch (Hl7RefusedException refused)
        {
            Assert.NotEmpty(refused.Outcome.Errors);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    [Fact]
    public void Whatever_is_escaped_is_read_back()
    {
        var texts = Gen.ListOf(Gen.Elements([.. "aZ09|^~\\&.XFSTRE é語#"])).Select(list => string.Concat(list));
        Prop.ForAll(texts.ToArbitrary(), text =>
            Assert.Equal(text, Hl7Escapes.Decode(Hl7Escapes.Encode(text, Delimiters.Usual), Delimiters.Usual, Encoding.UTF8))).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Frames_are_found_however_the_stream_is_cut()
    {
        var messages = Gen.ListOf(Gen.Choose(0, 20).Select(length => string.Concat(Enumerable.Repeat("MSH|x", length))));
        Prop.ForAll(Gen.Zip(messages, Gen.Choose(1, 7)).ToArbitrary(), input =>
        {
            var (texts, packet) = input;
            var stream = Encoding.ASCII.GetBytes("junk" + string.Concat(texts.Select(text => $"\v{text}\u001c\rjunk\r")));
            var reader = new MllpReader(80);
            List<string> read = [];
            foreach (var part in stream.Chunk(packet))
            {
                reader.Append(part);
                while (reader.TryTake(out var frame))
                    read.Add(frame.IsTooLong ? "too long" : Encoding.ASCII.GetString(frame.Bytes));
            }
            Assert.Equal(texts.Select(text => text.Length > 80 ? "too long" : text), read);
            Assert.False(reader.IsInFrame);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_frame_that_never_ended_is_passed_over()
    {
        var reader = new MllpReader(4096);
        reader.Append("\vlost\v"u8);
        reader.Append("MSH\u001c\r\u001c\r"u8);

        Assert.True(reader.TryTake(out var frame));
        Assert.Equal("MSH", Encoding.ASCII.GetString(frame.Bytes));
        Assert.False(reader.TryTake(out _));
    }

    [Fact]
    public void Of_a_frame_that_is_too_long_the_beginning_stays()
    {
        var reader = new MllpReader(100_000);
        var message = Encoding.ASCII.GetBytes("MSH|^~\\&|" + new string('x', 200_000));
        reader.Append([MllpReader.Start, .. message, MllpReader.End]);

        Assert.True(reader.TryTake(out var frame));
        Assert.True(frame.IsTooLong);
        Assert.Equal(message[..4096], frame.Bytes);
    }
}
