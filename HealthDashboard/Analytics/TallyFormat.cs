using System.Runtime.InteropServices;
using System.Text;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Analytics;

/// <summary>
/// Packs sums: a byte for the version; 24 numbers of days; the signs, each with its length before it; then a cell after the other, by hour,
/// sign and priority: hour, index of the sign, priority, raised, ended by themselves, seconds, reviewed as each verdict, then escalations and
/// responses as pairs, each list with its length before it and each key as the difference to the one before. A number is a variable-length
/// integer, seven bits a byte. Version 1 had no verdicts.
/// </summary>
internal static class TallyWriter
{
    /// <summary>The version of the format.</summary>
    public const byte Version = 2;

    /// <summary>The version before it, which is still read.</summary>
    public const byte WithoutVerdicts = 1;

    public static byte[] Pack(ReadOnlySpan<int> occupied, IReadOnlyDictionary<AlarmCellKey, AlarmCell> cells)
    {
        using var stream = new MemoryStream(256);
        using var to = new BinaryWriter(stream);
        to.Write(Version);
        foreach (var days in occupied)
            to.Write7BitEncodedInt(days);
        List<string> signs = [.. cells.Keys.Select(key => key.Sign).Distinct().Order(StringComparer.Ordinal)];
        to.Write7BitEncodedInt(signs.Count);
        foreach (var sign in signs)
            to.Write(sign);
        foreach (var (key, cell) in cells)
        {
            to.Write7BitEncodedInt(key.Hour);
            to.Write7BitEncodedInt(signs.IndexOf(key.Sign));
            to.Write7BitEncodedInt((int)key.Priority);
            to.Write7BitEncodedInt(cell.Raised);
            to.Write7BitEncodedInt(cell.EndedBySelf);
            to.Write7BitEncodedInt64(cell.Seconds);
            foreach (var count in cell.Verdicts)
                to.Write7BitEncodedInt(count);
            Write(to, cell.Escalated);
            Write(to, cell.Responses);
        }
        to.Flush();
        return stream.ToArray();
    }

    private static void Write(BinaryWriter to, SortedDictionary<int, int> counts)
    {
        to.Write7BitEncodedInt(counts.Count);
        var before = 0;
        foreach (var (key, count) in counts)
        {
            to.Write7BitEncodedInt(key - before);
            to.Write7BitEncodedInt(count);
            before = key;
        }
    }
}

/// <summary>Reads packed sums cell by cell, without making anything of each.</summary>
internal ref struct TallyReader
{
    private readonly TallyBuffers buffers;
    private readonly bool hasVerdicts;
    private ReadOnlySpan<byte> rest;

    /// <param name="packed">What <see cref="TallyWriter"/> packed.</param>
    /// <param name="buffers">Where what is read stands meanwhile; of one reader at a time.</param>
    /// <exception cref="InvalidDataException">It is of another version, or damaged.</exception>
    public TallyReader(ReadOnlySpan<byte> packed, TallyBuffers buffers)
    {
        this.buffers = buffers;
        rest = packed;
        var version = Byte();
        if (version is not (TallyWriter.Version or TallyWriter.WithoutVerdicts))
            throw new InvalidDataException("Sums of alarms are of a version that is not known here.");
        hasVerdicts = version == TallyWriter.Version;
        for (var hour = 0; hour < AlarmTally.Hours; hour++)
            buffers.Occupied[hour] = (int)Number();
        buffers.Signs.Clear();
        for (var left = Number(); left > 0; left--)
        {
            var length = Number();
            if (length < 0 || length > rest.Length)
                throw Damaged();
            buffers.Signs.Add(buffers.SignOf(rest[..(int)length]));
            rest = rest[(int)length..];
        }
    }

    /// <summary>As <see cref="AlarmTally.Occupied"/>.</summary>
    public readonly ReadOnlySpan<int> Occupied => buffers.Occupied;

    /// <summary>What the cell is about.</summary>
    public AlarmCellKey Key { get; private set; }

    /// <inheritdoc cref="AlarmCell.Raised"/>
    public int Raised { get; private set; }

    /// <inheritdoc cref="AlarmCell.EndedBySelf"/>
    public int EndedBySelf { get; private set; }

    /// <inheritdoc cref="AlarmCell.Seconds"/>
    public long Seconds { get; private set; }

    /// <inheritdoc cref="AlarmCell.Verdicts"/>
    public readonly ReadOnlySpan<int> Verdicts => buffers.Verdicts;

    /// <summary>Steps, and how many went so far; valid until the next cell.</summary>
    public readonly ReadOnlySpan<(int Steps, int Count)> Escalated => CollectionsMarshal.AsSpan(buffers.Escalated);

    /// <summary>Slots, and how many were acknowledged then; valid until the next cell.</summary>
    public readonly ReadOnlySpan<(int Slot, int Count)> Responses => CollectionsMarshal.AsSpan(buffers.Responses);

    /// <summary>Goes to the next cell.</summary>
    /// <returns>False when there is none.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
            return false;
        var (hour, sign, priority) = (Number(), Number(), (AlertPriority)Number());
        if (hour is < 0 or >= AlarmTally.Hours || sign < 0 || sign >= buffers.Signs.Count || priority is < AlertPriority.Low or > AlertPriority.High)
            throw Damaged();
        Key = new((int)hour, buffers.Signs[(int)sign], priority);
        (Raised, EndedBySelf, Seconds) = ((int)Number(), (int)Number(), Number());
        foreach (ref var count in buffers.Verdicts.AsSpan())
            count = hasVerdicts ? (int)Number() : 0;
        Read(buffers.Escalated, int.MaxValue);
        Read(buffers.Responses, ResponseTimes.Slots);
        return true;
    }

    private void Read(List<(int, int)> counts, int keys)
    {
        counts.Clear();
        var key = 0;
        for (var left = Number(); left > 0; left--)
        {
            key += (int)Number();
            if (key < 0 || key >= keys)
                throw Damaged();
            counts.Add((key, (int)Number()));
        }
    }

    private long Number()
    {
        long number = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = Byte();
            number |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
                return number;
        }
        throw Damaged();
    }

    private byte Byte()
    {
        if (rest.IsEmpty)
            throw Damaged();
        var first = rest[0];
        rest = rest[1..];
        return first;
    }

    private static InvalidDataException Damaged() => new("Sums of alarms are damaged.");
}

/// <summary>What a <see cref="TallyReader"/> needs while it reads, kept for the next one.</summary>
internal sealed class TallyBuffers
{
    private readonly List<(byte[] Text, string Sign)> known = [];

    public int[] Occupied { get; } = new int[AlarmTally.Hours];

    public int[] Verdicts { get; } = new int[AlarmCell.VerdictCount];

    public List<string> Signs { get; } = [];

    public List<(int, int)> Escalated { get; } = [];

    public List<(int, int)> Responses { get; } = [];

    /// <summary>The text as a string: the same one each time.</summary>
    public string SignOf(ReadOnlySpan<byte> text)
    {
        foreach (var (bytes, sign) in known)
        {
            if (text.SequenceEqual(bytes))
                return sign;
        }
        known.Add((text.ToArray(), Encoding.UTF8.GetString(text)));
        return known[^1].Sign;
    }
}
