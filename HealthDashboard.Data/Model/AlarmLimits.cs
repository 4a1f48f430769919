namespace HealthDashboard.Data.Model;

/// <summary>The alarm limits of one sign. A value alarms when it is below a low or above a high one.</summary>
/// <param name="Low">The low limit; null for no low alarm.</param>
/// <param name="High">The high limit; null for no high alarm.</param>
/// <param name="ExtremeLow">Below this the alarm is of high priority (for SpO2: desaturation); null when there is none.</param>
/// <param name="ExtremeHigh">Above this the alarm is of high priority; null when there is none.</param>
public sealed record SignLimits(double? Low, double? High, double? ExtremeLow = null, double? ExtremeHigh = null)
{
    /// <summary>
    /// Until when a low or high that is null means "alarm off", at most 24 h after it was set; from then on the next wider scope's limit
    /// holds again on that side (docs/clinical.md, H3). Null where nothing is switched off.
    /// </summary>
    public DateTimeOffset? OffUntil { get; init; }
}

/// <summary>Alarm limits that someone set for a ward or a patient.</summary>
public sealed record AlarmLimits
{
    /// <summary>The limits by sign; a sign that is not here takes the limits of the next wider scope.</summary>
    public IReadOnlyDictionary<VitalSign, SignLimits> Signs { get; init; } = new Dictionary<VitalSign, SignLimits>();

    /// <summary>From which NEWS2 score an alert is raised, 5 to 7; null for the next wider scope's. Only a patient has one of their own.</summary>
    public int? ScoreThreshold { get; init; }

    /// <summary>Why they were set, 1 to 500 characters; needed where an alarm is off or the score's threshold is raised. Null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>Who set them.</summary>
    public string SetBy { get; init; } = "";

    /// <summary>When they were set.</summary>
    public DateTimeOffset SetAt { get; init; }

    /// <summary>0 when never set, one more with each change.</summary>
    public long Version { get; init; }
}
