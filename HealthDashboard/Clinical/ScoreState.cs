using System.Runtime.InteropServices;

namespace HealthDashboard.Clinical;

/// <summary>What is remembered of a patient's NEWS2 score. Times as in <see cref="SignState"/>; parameters are bits by number of the sign.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct ScoreState
{
    /// <summary>How far the score has been worked out.</summary>
    public long Clock;

    /// <summary>The effective time of the reading that the clock follows.</summary>
    public long MovedTime;

    /// <summary>When that arrived.</summary>
    public long MovedArrived;

    /// <summary>Whether it was heart rate, respiratory rate or SpO2.</summary>
    public bool MovedByStream;

    /// <summary>Whether it was current when it arrived; only then does the mere passing of time matter.</summary>
    public bool Live;

    /// <summary>Whether readings came since.</summary>
    public bool Dirty;

    /// <summary>Since when the score has asked for an alert that is not raised yet; 0 when it does not.</summary>
    public long Onset;

    /// <summary>What counted towards the hold-off before the last pause, in milliseconds.</summary>
    public long Counted;

    /// <summary>Since when it counts; 0 while it is paused.</summary>
    public long CountsSince;

    /// <summary>Since when it is paused, for want of a part; 0 while it counts.</summary>
    public long PausedAt;

    /// <summary>Since when the score has asked for none while an alert was active.</summary>
    public long BelowSince;

    /// <summary>When the next part becomes too old.</summary>
    public long NextStale;

    /// <summary>The score at the clock.</summary>
    public int Score;

    /// <summary>Whether all parameters were there.</summary>
    public bool Complete;

    /// <summary>The parameters that score 3.</summary>
    public int Threes;

    /// <summary>The parameters whose last measured value scored.</summary>
    public int Made;

    /// <summary>Scale, threshold and whether the score is made, as one number: what else than readings it depends on.</summary>
    public int Basis;

    /// <summary>When the alert was last reported.</summary>
    public long ReportedAt;

    /// <summary>When the acknowledgement that the next two belong to was given.</summary>
    public long AcknowledgedAt;

    /// <summary>The score when the alert was acknowledged.</summary>
    public int AcknowledgedScore;

    /// <summary>The parameters that scored 3 then.</summary>
    public int AcknowledgedThrees;
}
