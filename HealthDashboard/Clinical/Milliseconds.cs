namespace HealthDashboard.Clinical;

/// <summary>Durations in the unit of the readings' times. In whole numbers, because the rules need several for each reading.</summary>
internal static class Milliseconds
{
    /// <summary>A duration in whole milliseconds.</summary>
    public static long InMilliseconds(this TimeSpan duration) => duration.Ticks / TimeSpan.TicksPerMillisecond;
}
