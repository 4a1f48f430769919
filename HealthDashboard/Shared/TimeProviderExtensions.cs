namespace HealthDashboard.Shared;

internal static class TimeProviderExtensions
{
    /// <summary>The day it is, UTC.</summary>
    public static DateOnly Today(this TimeProvider time) => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
}
