using System.Buffers;
using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// One hour of one series in a few bytes: scale (1 byte), count, times, values. Times are differences of differences, values
/// are differences of whole numbers (<see cref="DecimalScale"/>); both are columns in which a run of zeros is one number, so a
/// steady 1 Hz signal costs nothing for its times and one byte a value that moves. Values come back bit by bit.
/// </summary>
internal static class BlockCodec
{
    /// <summary>An hour in milliseconds, and so the most samples that a block holds.</summary>
    public const int Hour = 3_600_000;

    private const int MaxPerSample = 2 * ByteWriter.MaxVarint;

    /// <summary>Packs samples of one hour.</summary>
    /// <param name="samples">In time order, each time once, all from <paramref name="start"/> to an hour later.</param>
    /// <param name="start">The start of the hour.</param>
    public static byte[] Encode(ReadOnlySpan<Sample> samples, long start)
    {
        var scale = 0;
        foreach (ref readonly var sample in samples)
        {
            scale = DecimalScale.Of(sample.Value, scale);
            if (scale == DecimalScale.Raw)
                break;
        }

        var residuals = ArrayPool<long>.Shared.Rent(samples.Length);
        var buffer = ArrayPool<byte>.Shared.Rent((samples.Length * MaxPerSample) + (2 * ByteWriter.MaxVarint));
        try
        {
            var writer = new ByteWriter(buffer);
            writer.Byte((byte)scale);
            writer.Unsigned((ulong)samples.Length);
            WriteColumn(ref writer, TimeResiduals(samples, start, residuals));
            if (scale == DecimalScale.Raw)
            {
                foreach (ref readonly var sample in samples)
                    writer.Double(sample.Value);
            }
            else
            {
                WriteColumn(ref writer, ValueResiduals(samples, scale, residuals));
            }
            return buffer.AsSpan(0, writer.Length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            ArrayPool<long>.Shared.Return(residuals);
        }
    }

    /// <summary>Unpacks a block and adds its samples at the end of a list.</summary>
    /// <exception cref="InvalidDataException">The bytes are no block; nothing was added.</exception>
    public static void Decode(ReadOnlySpan<byte> block, long start, List<Sample> into)
    {
        var reader = new ByteReader(block);
        var scale = reader.Byte();
        var count = reader.Unsigned();
        if (scale > DecimalScale.Raw || count > Hour)
            throw new InvalidDataException("The block's head is not right.");

        var residuals = ArrayPool<long>.Shared.Rent((int)count);
        var before = into.Count;
        try
        {
            CollectionsMarshal.SetCount(into, before + (int)count);
            var samples = CollectionsMarshal.AsSpan(into)[before..];
            var column = residuals.AsSpan(0, (int)count);
            ReadColumn(ref reader, column);
            long time = 0, step = 0;
            for (var i = 0; i < samples.Length; i++)
            {
                step += column[i];
                time += step;
                if ((ulong)step > Hour || (ulong)time >= Hour || (step == 0 && i > 0))
                    throw new InvalidDataException("A time is outside the block's hour or out of order.");
                samples[i] = new Sample(start + time, 0);
            }

            if (scale < DecimalScale.Raw)
                ReadColumn(ref reader, column);
            long whole = 0;
            for (var i = 0; i < samples.Length; i++)
            {
                var value = scale == DecimalScale.Raw ? reader.Double() : DecimalScale.FromWhole(whole += column[i], scale);
                samples[i] = samples[i] with { Value = value };
            }
            if (!reader.AtEnd)
                throw new InvalidDataException("The block goes on after its end.");
        }
        catch (InvalidDataException)
        {
            CollectionsMarshal.SetCount(into, before);
            throw;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(residuals);
        }
    }

    private static ReadOnlySpan<long> TimeResiduals(ReadOnlySpan<Sample> samples, long start, long[] residuals)
    {
        long step = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var next = samples[i].Time - (i == 0 ? start : samples[i - 1].Time);
            residuals[i] = next - step;
            step = next;
        }
        return residuals.AsSpan(0, samples.Length);
    }

    private static ReadOnlySpan<long> ValueResiduals(ReadOnlySpan<Sample> samples, int scale, long[] residuals)
    {
        long previous = 0;
        for (var i = 0; i < samples.Length; i++)
        {
            var whole = DecimalScale.ToWhole(samples[i].Value, scale);
            residuals[i] = whole - previous;
            previous = whole;
        }
        return residuals.AsSpan(0, samples.Length);
    }

    // Each number's last bit tells: 1 is a run of that many zeros, 0 is one residual.
    private static void WriteColumn(ref ByteWriter writer, ReadOnlySpan<long> residuals)
    {
        for (var i = 0; i < residuals.Length; i++)
        {
            if (residuals[i] != 0)
            {
                writer.Unsigned(ZigZag.Encode(residuals[i]) << 1);
                continue;
            }
            var run = residuals[i..].IndexOfAnyExcept(0);
            if (run < 0)
                run = residuals.Length - i;
            writer.Unsigned(((ulong)run << 1) | 1);
            i += run - 1;
        }
    }

    private static void ReadColumn(ref ByteReader reader, Span<long> residuals)
    {
        while (residuals.Length > 0)
        {
            var token = reader.Unsigned();
            if ((token & 1) == 0)
            {
                residuals[0] = ZigZag.Decode(token >> 1);
                residuals = residuals[1..];
                continue;
            }
            var run = token >> 1;
            if (run == 0 || run > (ulong)residuals.Length)
                throw new InvalidDataException("A run is longer than the block.");
            residuals[..(int)run].Clear();
            residuals = residuals[(int)run..];
        }
    }
}
