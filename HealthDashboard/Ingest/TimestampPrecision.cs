namespace HealthDashboard.Ingest;

/// <summary>The unit of a line's timestamp.</summary>
/// <param name="PerMillisecond">How many of it make a millisecond; 1 when it is longer.</param>
/// <param name="Milliseconds">How many milliseconds it has; 1 when it is shorter.</param>
internal readonly record struct TimestampPrecision(long PerMillisecond, long Milliseconds)
{
    /// <summary>What InfluxDB takes when nothing is said.</summary>
    public static readonly TimestampPrecision Nanoseconds = new(1_000_000, 1);

    /// <summary>Every name that either version of InfluxDB's write call takes (1.x also takes <c>n</c>, <c>u</c>, <c>µ</c>, <c>m</c> and <c>h</c>).</summary>
    /// <returns>Null when the name is none; nanoseconds when nothing is said.</returns>
    public static TimestampPrecision? Find(string? name, bool version2) => name switch
    {
        null or "" or "ns" => Nanoseconds,
        "us" => new(1_000, 1),
        "ms" => new(1, 1),
        "s" => new(1, 1_000),
        "n" when !version2 => Nanoseconds,
        "u" or "µ" or "μ" when !version2 => new(1_000, 1),
        "m" when !version2 => new(1, 60_000),
        "h" when !version2 => new(1, 3_600_000),
        _ => null,
    };

    /// <summary>As milliseconds since 1970; finer parts are cut off towards the past. False when out of any range.</summary>
    public bool TryToMilliseconds(long timestamp, out long milliseconds)
    {
        var product = Math.BigMul(timestamp, Milliseconds);
        milliseconds = (long)product;
        if (product != milliseconds)
            return false;
        milliseconds = (milliseconds / PerMillisecond) - (milliseconds % PerMillisecond < 0 ? 1 : 0);
        return true;
    }
}
