using System.Runtime.InteropServices;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Sorting and merging of samples by time, where of two with the same time the later arrival wins.</summary>
internal static class Samples
{
    /// <summary>Samples in order of arrival as samples in order of time, each time once. Returns them as they are when they are so already.</summary>
    public static ReadOnlySpan<Sample> InTimeOrder(ReadOnlySpan<Sample> arrived)
    {
        var ordered = true;
        for (var i = 1; i < arrived.Length && ordered; i++)
            ordered = arrived[i - 1].Time < arrived[i].Time;
        if (ordered)
            return arrived;

        var order = new (long Time, int Arrival)[arrived.Length];
        for (var i = 0; i < order.Length; i++)
            order[i] = (arrived[i].Time, i);
        Array.Sort(order);
        var sorted = new List<Sample>(order.Length);
        foreach (var (time, arrival) in order)
            AddOrReplaceLast(sorted, arrived[arrival] with { Time = time });
        return CollectionsMarshal.AsSpan(sorted);
    }

    /// <summary>Merges newer samples into older ones, both in time order.</summary>
    public static void Merge(List<Sample> older, ReadOnlySpan<Sample> newer)
    {
        // Nearly always they simply follow.
        if (older.Count > 0 && newer.Length > 0 && older[^1].Time >= newer[0].Time)
        {
            var merged = Merged(CollectionsMarshal.AsSpan(older), newer);
            older.Clear();
            older.AddRange(merged);
        }
        else
        {
            older.AddRange(newer);
        }
    }

    /// <summary>Two stretches in time order as one.</summary>
    public static List<Sample> Merged(ReadOnlySpan<Sample> older, ReadOnlySpan<Sample> newer)
    {
        var merged = new List<Sample>(older.Length + newer.Length);
        while (older.Length > 0 && newer.Length > 0 && older[^1].Time >= newer[0].Time)
        {
            var takeOlder = older[0].Time < newer[0].Time;
            if (!takeOlder && older[0].Time == newer[0].Time)
                older = older[1..];
            merged.Add(takeOlder ? older[0] : newer[0]);
            if (takeOlder)
                older = older[1..];
            else
                newer = newer[1..];
        }
        merged.AddRange(older);
        merged.AddRange(newer);
        return merged;
    }

    /// <summary>The part of a stretch in time order from one time to another (exclusive).</summary>
    public static ReadOnlySpan<Sample> Between(ReadOnlySpan<Sample> ordered, long from, long to)
    {
        var first = LowerBound(ordered, from);
        return ordered[first..Math.Max(first, LowerBound(ordered, to))];
    }

    /// <summary>Those of a stretch in time order that share the first one's hour.</summary>
    public static ReadOnlySpan<Sample> FirstHour(ReadOnlySpan<Sample> ordered) =>
        ordered[..LowerBound(ordered, StoredTime.StartOf(StoredTime.HourOf(ordered[0].Time) + 1))];

    private static int LowerBound(ReadOnlySpan<Sample> ordered, long time)
    {
        int low = 0, high = ordered.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ordered[middle].Time < time)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static void AddOrReplaceLast(List<Sample> sorted, Sample sample)
    {
        if (sorted.Count > 0 && sorted[^1].Time == sample.Time)
            sorted[^1] = sample;
        else
            sorted.Add(sample);
    }
}
