using System.Runtime.InteropServices;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Roll-ups as they are read, without those that are half written: the server stores a point field by field, and while one is replaced
/// a reader may get the count of the new one and the sum of the old one. Their check tells. They are asked for again, alone.
/// </summary>
/// <typeparam name="TKey">What tells one roll-up of the query from another.</typeparam>
internal sealed class WholeRows<TKey>
    where TKey : notnull
{
    private HashSet<TKey>? asked;
    private HashSet<TKey> torn = [];

    /// <summary>How often it was asked again.</summary>
    public int Repeats { get; private set; }

    /// <summary>Those that were half written when they were last read.</summary>
    public IReadOnlyCollection<TKey> Torn => torn;

    /// <summary>Those that are being read again.</summary>
    public IReadOnlyCollection<TKey> Asked => asked ?? [];

    /// <summary>The roll-up of a row, when it is whole and not known already.</summary>
    /// <param name="key">Which one.</param>
    /// <param name="row">The row.</param>
    /// <param name="column">Where count, min, max, sum and check begin.</param>
    public Aggregate? Take(TKey key, in InfluxRow row, int column)
    {
        if (asked?.Contains(key) == false)
            return null;
        var rollUp = row.RollUp(column);
        if (rollUp is null)
            torn.Add(key);
        return rollUp;
    }

    /// <summary>Begins to read those again that were half written.</summary>
    public void Again()
    {
        (asked, torn) = (torn, []);
        Repeats++;
    }
}

/// <summary>What shows that the fields of a stored roll-up belong together.</summary>
internal static class RollUpCheck
{
    /// <summary>A number made of all the fields; 32 bits, so that every client shows it exactly.</summary>
    public static long Of(in Aggregate rollUp)
    {
        Span<ulong> words = [(ulong)rollUp.Count, Bits(rollUp.Min), Bits(rollUp.Max), Bits(rollUp.Sum)];
        // FNV-1a: part of the stored format, so it is the same in every version.
        var hash = 14_695_981_039_346_656_037;
        foreach (var one in MemoryMarshal.AsBytes(words))
            hash = (hash ^ one) * 1_099_511_628_211;
        return (long)((hash >> 32) ^ (hash & uint.MaxValue));
    }

    // Both zeros are one value to a server.
    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value + 0.0);
}
