using System.Buffers;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// A pack of roll-ups in a few bytes: scale (1 byte), then each entry that has values: slots since the last one, and count,
/// minimum, maximum and sum as small differences of whole numbers; or as doubles where the values are no short decimals.
/// Sums of decimals are rounded to the decimal that they are, which takes away the errors of adding.
/// </summary>
internal static class RollUpCodec
{
    private const int MaxPerEntry = 5 * ByteWriter.MaxVarint;

    public static byte[] Encode(ReadOnlySpan<Aggregate> pack)
    {
        var scale = ScaleOf(pack);
        var buffer = ArrayPool<byte>.Shared.Rent(1 + (pack.Length * MaxPerEntry));
        var writer = new ByteWriter(buffer);
        writer.Byte((byte)scale);
        int last = -1;
        long count = 0, min = 0;
        for (var slot = 0; slot < pack.Length; slot++)
        {
            ref readonly var entry = ref pack[slot];
            if (entry.Count == 0)
                continue;
            writer.Unsigned((ulong)(slot - last - 1));
            writer.Signed(entry.Count - count);
            last = slot;
            count = entry.Count;
            if (scale == DecimalScale.Raw)
            {
                writer.Double(entry.Min);
                writer.Double(entry.Max);
                writer.Double(entry.Sum);
                continue;
            }
            var lowest = DecimalScale.ToWhole(entry.Min, scale);
            writer.Signed(lowest - min);
            writer.Signed(DecimalScale.ToWhole(entry.Max, scale) - lowest);
            writer.Signed(DecimalScale.ToWhole(entry.Sum, scale) - (lowest * count));
            min = lowest;
        }
        var bytes = buffer.AsSpan(0, writer.Length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return bytes;
    }

    /// <summary>Unpacks into a pack of empty entries.</summary>
    /// <exception cref="InvalidDataException">The bytes are no pack of this many slots.</exception>
    public static void Decode(ReadOnlySpan<byte> data, Span<Aggregate> pack)
    {
        var reader = new ByteReader(data);
        var scale = reader.Byte();
        if (scale > DecimalScale.Raw)
            throw new InvalidDataException("The pack's scale is not right.");
        int slot = -1;
        long count = 0, min = 0;
        while (!reader.AtEnd)
        {
            var gap = reader.Unsigned();
            if (gap >= (ulong)(pack.Length - slot - 1))
                throw new InvalidDataException("The pack has too many slots.");
            slot += (int)gap + 1;
            count += reader.Signed();
            if (count <= 0)
                throw new InvalidDataException("The pack has an entry of nothing.");
            ref var entry = ref pack[slot];
            entry.Count = count;
            if (scale == DecimalScale.Raw)
            {
                (entry.Min, entry.Max, entry.Sum) = (reader.Double(), reader.Double(), reader.Double());
                continue;
            }
            min += reader.Signed();
            entry.Min = DecimalScale.FromWhole(min, scale);
            entry.Max = DecimalScale.FromWhole(min + reader.Signed(), scale);
            entry.Sum = DecimalScale.FromWhole(reader.Signed() + (min * count), scale);
        }
    }

    private static int ScaleOf(ReadOnlySpan<Aggregate> pack)
    {
        var scale = 0;
        foreach (ref readonly var entry in pack)
        {
            if (entry.Count == 0)
                continue;
            scale = DecimalScale.Of(entry.Min, scale);
            scale = DecimalScale.Of(entry.Max, scale);
            scale = DecimalScale.OfSum(entry.Sum, scale);
        }
        return scale;
    }
}
