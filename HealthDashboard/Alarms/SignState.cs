using System.Runtime.InteropServices;

namespace HealthDashboard.Alarms;

/// <summary>What is remembered of one sign of one patient. Times are milliseconds since 1970-01-01 UTC; 0 is "not".</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct SignState
{
    /// <summary>The time of the last reading that was evaluated.</summary>
    public long LastTime;

    /// <summary>Its value.</summary>
    public double LastValue;

    /// <summary>The usual time between two readings, in milliseconds.</summary>
    public long Interval;

    /// <summary>Whether the last reading was current when it arrived; only then does the mere passing of time matter.</summary>
    public bool Live;

    /// <summary>Whether readings have been arriving as they are measured, so that their silence means something.</summary>
    public bool Watched;

    /// <summary>Since when the sensor is off.</summary>
    public long OffSince;

    /// <summary>Whether the open technical alert is about silence, not about the sensor.</summary>
    public bool Silent;

    /// <summary>The low limit.</summary>
    public LimitState Low;

    /// <summary>The high limit.</summary>
    public LimitState High;
}

/// <summary>What is remembered of one limit of one sign.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct LimitState
{
    /// <summary>The limit the last value was held against; null when there was none.</summary>
    public double? Limit;

    /// <summary>Since when the value has been beyond the limit, while no alarm has been raised for it.</summary>
    public long Since;

    /// <summary>The worst value since the breach or the alarm began.</summary>
    public double Worst;

    /// <summary>Whether the last value was beyond the limit.</summary>
    public bool Beyond;

    /// <summary>How often the limit was crossed while the alert was open.</summary>
    public int Count;

    /// <summary>When the alert's values were last told.</summary>
    public long ToldAt;
}

/// <summary>What is remembered of a patient's NEWS2 score. Times as in <see cref="SignState"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct ScoreState
{
    /// <summary>How far the score has been worked out.</summary>
    public long Clock;

    /// <summary>Whether readings came since.</summary>
    public bool Dirty;

    /// <summary>Since when the score has asked for a medium alert or more.</summary>
    public long MediumSince;

    /// <summary>Since when the score has asked for a high alert.</summary>
    public long HighSince;

    /// <summary>Since when the score has asked for none while an alert was active.</summary>
    public long BelowSince;

    /// <summary>When the next part becomes too old.</summary>
    public long NextStale;

    /// <summary>The score at the clock.</summary>
    public int Score;

    /// <summary>Whether one parameter alone scores 3.</summary>
    public bool AnyThree;
}
