namespace HealthDashboard.Data.InfluxDb;

/// <summary>The times that InfluxDB can hold, and times cut to whole steps.</summary>
internal static class InfluxTime
{
    /// <summary>The last millisecond of 2261: the server counts nanoseconds since 1970 in 64 bits.</summary>
    public const long Last = 9_214_646_399_999;

    public const long Minute = 60_000;

    /// <summary>Refuses what cannot be stored, before anything is written.</summary>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 2261.</exception>
    public static void Check(long time, double value)
    {
        if (time is < 0 or > Last)
            throw new ArgumentException($"time is {time} ms since 1970; allowed is 0 to {Last} (1970 to 2261).");
        if (!double.IsFinite(value))
            throw new ArgumentException($"value is {value}; allowed is a finite number.");
    }

    /// <summary>Milliseconds since 1970 within what can be stored. Finer edges are rounded up: "from" stays inclusive, "to" exclusive.</summary>
    public static long Milliseconds(DateTimeOffset time) => Math.Clamp(
        time.ToUnixTimeMilliseconds() + (time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1), 0, Last + 1);

    public static long Floor(long time, long step) => time - (((time % step) + step) % step);

    public static long Ceiling(long time, long step) => Floor(time + step - 1, step);
}
