namespace HealthDashboard.Charts;

/// <summary>What stretch of time the charts show, and how finely. Both ends lie on steps, so that a later part of the same stretch fits on.</summary>
/// <param name="From">The first moment, inclusive.</param>
/// <param name="To">The last, exclusive.</param>
/// <param name="Step">The length of one part.</param>
internal readonly record struct ChartWindow(DateTimeOffset From, DateTimeOffset To, TimeSpan Step)
{
    /// <summary>As many parts as a chart can show apart from each other.</summary>
    public const int MaxParts = 400;

    /// <summary>The shortest stretch that can be looked at.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>The longest.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(5 * 366);

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1, 2, 3, 5, 10, 15, 30 }.Select(seconds => TimeSpan.FromSeconds(seconds)),
        .. new[] { 1, 2, 3, 5, 10, 15, 30 }.Select(minutes => TimeSpan.FromMinutes(minutes)),
        .. new[] { 1, 2, 3, 6, 12, 24, 48, 168 }.Select(hours => TimeSpan.FromHours(hours)),
    ];

    /// <summary>How many parts there are.</summary>
    public int Parts => (int)((To - From) / Step);

    /// <summary>The window around a stretch, with the finest step that is not too many parts. What is too short or too long is cut.</summary>
    public static ChartWindow Around(DateTimeOffset from, DateTimeOffset to)
    {
        var span = to - from < Shortest ? Shortest : to - from > Longest ? Longest : to - from;
        var step = Array.Find(Steps, step => span / step <= MaxParts);
        step = step == TimeSpan.Zero ? Steps[^1] : step;
        var start = Floor(to - span, step);
        return new ChartWindow(start, Floor(to, step) + step, step);
    }

    /// <summary>What must be asked again when this window moves on: from the part that was not complete then.</summary>
    /// <param name="since">When it was asked the last time.</param>
    public ChartWindow Since(DateTimeOffset since)
    {
        var from = Floor(since, Step) - Step;
        return from <= From ? this : this with { From = from < To ? from : To - Step };
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan step) => new(time.UtcTicks / step.Ticks * step.Ticks, TimeSpan.Zero);
}
