using System.Runtime.InteropServices;

namespace HealthDashboard.Data.Model;

/// <summary>Lists of readings as spans of memory, for code that handles a million of them a second, and their order by groups.</summary>
public static class ReadingSpans
{
    /// <summary>The readings of a list; a copy where the list is no array and no part of one.</summary>
    public static ReadOnlyMemory<Reading> AsMemory(this IReadOnlyList<Reading> readings) => readings switch
    {
        Reading[] array => array,
        ArraySegment<Reading> part => part,
        _ => readings.ToArray(),
    };

    /// <summary>The readings of a list; a copy where the list has no memory of its own.</summary>
    public static ReadOnlySpan<Reading> AsSpan(this IReadOnlyList<Reading> readings) =>
        readings is List<Reading> list ? CollectionsMarshal.AsSpan(list) : readings.AsMemory().Span;

    /// <summary>Writes readings group after group, each group's in the order in which they stand.</summary>
    /// <param name="readings">The readings.</param>
    /// <param name="groupOf">The number of each reading's group, from 0.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="sorted">Where they go; at least as long, and other memory.</param>
    public static void SortByGroup(this ReadOnlySpan<Reading> readings, ReadOnlySpan<int> groupOf, int groups, Span<Reading> sorted)
    {
        // The next free place of each group: at first, the number of readings in the groups before it.
        var places = new int[groups + 1];
        for (var i = 0; i < readings.Length; i++)
            places[groupOf[i] + 1]++;
        for (var group = 1; group < groups; group++)
            places[group] += places[group - 1];
        for (var i = 0; i < readings.Length; i++)
            sorted[places[groupOf[i]]++] = readings[i];
    }
}
