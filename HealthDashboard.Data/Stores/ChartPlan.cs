namespace HealthDashboard.Data.Stores;

/// <summary>How a stretch of time is cut into a chart's parts, and which roll-ups fill them.</summary>
/// <param name="Level">The roll-ups to read; null for raw readings.</param>
/// <param name="Start">Where the first part starts, milliseconds: the stretch's start, or the edge of the roll-up that holds it.</param>
/// <param name="Width">The width of a part, milliseconds: whole roll-ups.</param>
/// <param name="Parts">How many parts; never more than the points asked for.</param>
internal readonly record struct ChartPlan(RollUpLevel? Level, long Start, long Width, int Parts)
{
    // With few points a roll-up as wide as a part would take in much from outside the stretch.
    private const int FewestParts = 60;

    /// <summary>The end of the last part, exclusive.</summary>
    public long End => Start + (Width * Parts);

    /// <summary>Picks the coarsest roll-ups that fit into a part (into a sixtieth of the stretch when fewer points are asked for).</summary>
    /// <param name="from">The start of the stretch.</param>
    /// <param name="to">Its end, later than its start.</param>
    /// <param name="points">The most parts; at least 1.</param>
    /// <param name="rawFrom">Raw readings before this time are gone: a stretch that starts earlier is drawn from roll-ups.</param>
    public static ChartPlan For(long from, long to, int points, long rawFrom)
    {
        var finest = (to - from) / Math.Max(points, FewestParts);
        var level = RollUpLevel.All.LastOrDefault(level => level.Step <= finest);
        if (level is null && from < rawFrom)
            level = RollUpLevel.Minute;

        var step = level?.Step ?? 1;
        var start = FloorTo(from, step);
        var length = CeilTo(to - start, step);
        var width = CeilTo((length + points - 1) / points, step);
        return new ChartPlan(level, start, width, (int)((length + width - 1) / width));
    }

    public int PartOf(long time) => (int)((time - Start) / Width);

    private static long FloorTo(long value, long step) => value - (((value % step) + step) % step);

    private static long CeilTo(long value, long step) => (value + step - 1) / step * step;
}
