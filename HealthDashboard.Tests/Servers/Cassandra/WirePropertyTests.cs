using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Cql;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>What goes in comes out, and whatever else comes is refused with a typed error, at a bounded cost.</summary>
public sealed class WirePropertyTests
{
    private static readonly Column[] Columns =
    [
        new("a", CqlTypeCode.Text), new("b", CqlTypeCode.Blob), new("c", CqlTypeCode.Int), new("d", CqlTypeCode.Bigint),
        new("e", CqlTypeCode.Double), new("f", CqlTypeCode.Timestamp), new("g", CqlTypeCode.Date),
    ];

    // Half a surrogate pair is no text, and has no UTF-8.
    private static readonly Gen<(string Text, byte[] Blob, int Int, long Bigint, double? Double, DateTimeOffset Timestamp, DateOnly Date)> Values =
        from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
        from blob in ArbMap.Default.GeneratorFor<byte[]>()
        from number in ArbMap.Default.GeneratorFor<int>()
        from large in ArbMap.Default.GeneratorFor<long>()
        from real in ArbMap.Default.GeneratorFor<double?>()
        from steps in Gen.Choose(int.MinValue, int.MaxValue)
        from day in Gen.Choose(0, DateOnly.MaxValue.DayNumber)
        select (new string([.. text.Get.Where(c => !char.IsSurrogate(c))]), blob, number, large, real, At(steps), DateOnly.FromDayNumber(day));

    private static readonly Gen<byte[]> Body = Values.ArrayOf().Select(rows => BodyOf([.. rows.Select(v =>
        new CqlValue[] { v.Text, v.Blob, v.Int, v.Bigint, v.Double, v.Timestamp, v.Date })]));

    [Fact]
    public void Values_come_back_as_they_went() => Prop.ForAll(Values.ToArbitrary(), v =>
    {
        var row = RowsOf(BodyOf([[v.Text, v.Blob, v.Int, v.Bigint, v.Double, v.Timestamp, v.Date]]))[0];
        Assert.Equal(v.Text, row.GetText(0));
        Assert.Equal(v.Blob, row.GetBlob(1));
        Assert.Equal((v.Int, v.Bigint), (row.GetInt(2), row.GetBigint(3)));
        Assert.Equal(Bits(v.Double), Bits(row.GetDoubleOrNull(4)));
        Assert.Equal((v.Timestamp, v.Date), (row.GetTimestamp(5), row.GetDate(6)));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_header_comes_back_as_it_went() => Prop.ForAll(
        ArbMap.Default.ArbFor<(byte, byte, short)>(),
        Gen.Choose(0, FrameHeader.MaxLength).ToArbitrary(),
        (some, length) =>
        {
            var header = new FrameHeader(FrameHeader.Response, (FrameFlags)some.Item1, some.Item3, (Opcode)some.Item2, length);
            var bytes = new byte[FrameHeader.Size];
            header.WriteTo(bytes);
            return FrameHeader.Read(bytes) == header;
        }).Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Random_bytes_are_read_or_refused() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        Gen.Choose(0, 7).ToArbitrary(),
        (bytes, kind) =>
        {
            foreach (var opcode in Enum.GetValues<Opcode>())
                ReadOrRefuse(opcode, [0, 0, 0, (byte)kind, .. bytes], (FrameFlags)(bytes.Length % 16));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void What_is_cut_is_refused() => Prop.ForAll(
        Body.Where(body => body.Length > 100).ToArbitrary(),
        Gen.Choose(0, int.MaxValue).ToArbitrary(),
        (body, at) => Assert.Throws<ProtocolException>(() => RowsOf(body[..(at % body.Length)]))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void What_is_changed_is_read_or_refused() => Prop.ForAll(
        Body.ToArbitrary(),
        Gen.Choose(0, int.MaxValue).Three().ToArbitrary(),
        (body, at) =>
        {
            body[at.Item1 % body.Length] ^= (byte)(1 << (at.Item2 % 8));
            body[at.Item3 % Math.Min(body.Length, 60)] = (byte)at.Item2;
            ReadOrRefuse(Opcode.Result, body, FrameFlags.None);
            ReadOrRefuse(Opcode.Error, body, FrameFlags.None);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    private static DateTimeOffset At(int steps) => DateTimeOffset.UnixEpoch.AddMilliseconds(steps * 10_000L);

    private static long? Bits(double? value) => value is { } real ? BitConverter.DoubleToInt64Bits(real) : null;

    private static void ReadOrRefuse(Opcode opcode, byte[] body, FrameFlags flags)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (Response.Read(new Frame(new FrameHeader(FrameHeader.Response, flags, 0, opcode, body.Length), body), Columns) is Rows rows)
                ReadAll(rows.Set);
        }
        catch (CassandraException)
        {
            // Refused with a typed error, as it should be.
        }
        // An exception with its stack takes some kilobytes; what is read is some times its bytes.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000 + (100 * body.Length));
    }

    private static void ReadAll(RowSet set)
    {
        for (var i = 0; i < set.Count; i++)
        {
            for (var column = 0; column < set.Columns.Count; column++)
            {
                if (set[i].IsNull(column))
                    continue;
                switch (set.Columns[column].Type)
                {
                    case CqlTypeCode.Text: set[i].GetText(column); break;
                    case CqlTypeCode.Blob: set[i].GetBlob(column); break;
                    case CqlTypeCode.Int: set[i].GetInt(column); break;
                    case CqlTypeCode.Bigint: set[i].GetBigint(column); break;
                    case CqlTypeCode.Double: set[i].GetDoubleOrNull(column); break;
                    case CqlTypeCode.Timestamp: set[i].GetTimestamp(column); break;
                    case CqlTypeCode.Date: set[i].GetDate(column); break;
                    case CqlTypeCode.Uuid: set[i].GetUuid(column); break;
                    case CqlTypeCode.Inet: set[i].GetInet(column); break;
                    case CqlTypeCode.Set: set[i].GetTextSet(column); break;
                    case CqlTypeCode.Map: set[i].GetTextMap(column); break;
                }
            }
        }
    }

    private static RowSet RowsOf(byte[] body) =>
        Assert.IsType<Rows>(Response.Read(new Frame(new FrameHeader(FrameHeader.Response, FrameFlags.None, 0, Opcode.Result, body.Length), body))).Set;

    private static byte[] BodyOf(CqlValue[][] rows)
    {
        using var frame = new FrameWriter(Opcode.Result);
        frame.Int(2);
        frame.Int(1);
        frame.Int(Columns.Length);
        frame.String("ks");
        frame.String("t");
        foreach (var column in Columns)
        {
            frame.String(column.Name);
            frame.Short((int)column.Type);
        }
        frame.Int(rows.Length);
        foreach (var value in rows.SelectMany(row => row))
            value.WriteTo(frame);
        return frame.Complete(0).Span[FrameHeader.Size..].ToArray();
    }
}
