using System.Runtime.InteropServices;

namespace HealthDashboard.Data.Model;

/// <summary>Lists of readings as the memory that they are: what looks at each of many thousand a second does not ask an interface for it.</summary>
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
}
