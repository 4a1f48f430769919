using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Readings series after series, each in time order, the last of several for one moment alone: what the server stores in nearly half
/// the time that it takes for readings of a second of everybody, and what minutes are counted from in one pass.
/// </summary>
internal static class BySeries
{
    private static readonly Comparer<Reading> Earlier = Comparer<Reading>.Create(static (a, b) => a.Time.CompareTo(b.Time));

    /// <summary>A sorted copy.</summary>
    /// <param name="readings">Readings in the order in which they arrived.</param>
    public static ArraySegment<Reading> Sort(IReadOnlyList<Reading> readings)
    {
        var (series, lengths) = Count(readings);
        var sorted = new Reading[readings.Count];
        readings.AsSpan().SortByGroup(series, lengths.Count, sorted);

        var (kept, start) = (0, 0);
        foreach (var length in lengths)
        {
            kept += SortTimes(sorted.AsSpan(start, length), sorted.AsSpan(kept));
            start += length;
        }
        return new ArraySegment<Reading>(sorted, 0, kept);
    }

    // The number of each reading's series, and how many readings each series has.
    private static (int[] Series, List<int> Lengths) Count(IReadOnlyList<Reading> readings)
    {
        var numbers = new Dictionary<(ObjectId, VitalSign), int>();
        var series = new int[readings.Count];
        var lengths = new List<int>();
        for (var i = 0; i < series.Length; i++)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, (readings[i].PatientId, readings[i].Sign), out var known);
            if (!known)
            {
                number = lengths.Count;
                lengths.Add(0);
            }
            series[i] = number;
            CollectionsMarshal.AsSpan(lengths)[number]++;
        }
        return (series, lengths);
    }

    // Moves one series to its place, which may overlap; returns how many moments it has.
    private static int SortTimes(Span<Reading> one, Span<Reading> place)
    {
        for (var i = 1; i < one.Length; i++)
        {
            if (one[i].Time > one[i - 1].Time)
                continue;
            // Rare, and of readings for one moment the last must stay the last, so the sort must be a stable one.
            one.ToArray().Order(Earlier).ToArray().CopyTo(one);
            break;
        }
        var kept = 0;
        for (var i = 0; i < one.Length; i++)
        {
            if (i + 1 == one.Length || one[i + 1].Time != one[i].Time)
                place[kept++] = one[i];
        }
        return kept;
    }
}
