namespace HealthDashboard.TimeTravel;

/// <summary>The hospital's clock, stopped at a past moment: whatever is worded by it is worded as it was then.</summary>
internal sealed class PastClock(TimeProvider hospital, DateTimeOffset at) : TimeProvider
{
    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => hospital.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => at;
}
