using System.Diagnostics;
using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Bench;

/// <summary>Roll-ups to CQL frames and back, with what each allocates; the raw limit is copying the same bytes.</summary>
internal static class CqlBench
{
    private const int Rows = 5_000;
    private const int Rounds = 100_000;

    public static Task RunAsync(Table table)
    {
        var id = ObjectId.New(TimeProvider.System).ToByteArray();
        var hour = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);
        var prepared = new Prepared(new byte[16], [], null);
        CqlValue[] values = [id, "heartRate", 2026, hour, 61.0, 97.0, 74.25, 3_600L];
        var (encoded, bytes) = Measure(Rounds, 1, () =>
        {
            using var frame = Requests.Execute(prepared, Consistency.LocalQuorum, values, null);
            frame.Complete(1);
        });
        using var whole = Requests.Execute(prepared, Consistency.LocalQuorum, values, null);
        var source = whole.Complete(1).ToArray();
        var target = new byte[source.Length];
        var (copied, _) = Measure(Rounds, 1, () => source.CopyTo(target, 0));
        table.Add("CQL, EXECUTE written", encoded, copied, "/s", "copies of the same bytes");
        table.Add("CQL, EXECUTE written, allocated each", $"{Table.Say(bytes)} B");

        var key = new PartitionKey("health", [0, 1, 2]);
        var (placed, keyBytes) = Measure(Rounds, 1, () => key.TokenOf(values));
        table.Add("CQL, tokens of partition keys", placed, copied, "/s", "copies of the same bytes");
        table.Add("CQL, tokens of partition keys, allocated each", $"{Table.Say(keyBytes)} B");

        Column[] columns = [new("hour", CqlTypeCode.Timestamp), new("lowest", CqlTypeCode.Double), new("highest", CqlTypeCode.Double), new("mean", CqlTypeCode.Double), new("readings", CqlTypeCode.Bigint)];
        var page = Page(hour);
        var room = new byte[page.Length];
        var (decoded, rowBytes) = Measure(100, Rows, () => Read(page, columns));
        var (rawRows, _) = Measure(100, Rows, () => page.CopyTo(room, 0));
        table.Add("CQL, rows read", decoded, rawRows, "/s", "copies of the same bytes");
        table.Add("CQL, rows read, allocated each", $"{Table.Say(rowBytes)} B");
        return Task.CompletedTask;
    }

    // A page of rows without its columns, which the statement knows (section 4.2.5.2).
    private static byte[] Page(DateTimeOffset hour)
    {
        using var frame = new FrameWriter(Opcode.Result);
        frame.Int(4);
        frame.Int(5);
        frame.Int(Rows);
        for (var i = 0; i < Rows; i++)
        {
            foreach (var value in (long[])[hour.ToUnixTimeMilliseconds() + i, BitConverter.DoubleToInt64Bits(61), BitConverter.DoubleToInt64Bits(97), BitConverter.DoubleToInt64Bits(74.25), 3_600])
            {
                frame.Int(sizeof(long));
                frame.Long(value);
            }
        }
        return frame.Complete(1)[FrameHeader.Size..].ToArray();
    }

    private static void Read(byte[] page, Column[] columns)
    {
        var reader = new FrameReader(page);
        var rows = RowSet.Read(page, ref reader, columns);
        var sum = 0.0;
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            sum += row.GetTimestamp(0).Ticks + row.GetDouble(1) + row.GetDouble(2) + row.GetDouble(3) + row.GetBigint(4);
        }
        if (sum <= 0)
            throw new InvalidOperationException("Nothing was read.");
    }

    private static (double PerSecond, double Bytes) Measure(int rounds, int each, Action run)
    {
        // The first rounds are for the compiler.
        for (var i = 0; i < rounds; i++)
            run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < rounds; i++)
            run();
        var count = (double)rounds * each;
        return (count / Stopwatch.GetElapsedTime(start).TotalSeconds, (GC.GetAllocatedBytesForCurrentThread() - before) / count);
    }
}
