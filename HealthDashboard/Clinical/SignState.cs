using System.Runtime.InteropServices;

namespace HealthDashboard.Clinical;

/// <summary>What is remembered of one sign of one patient. Times are milliseconds since 1970-01-01 UTC; 0 is "not".</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct SignState
{
    /// <summary>The device that sends the sign, or sent it last.</summary>
    public SourceState Main;

    /// <summary>A second device that sends it too, at index 0; null when there was never one. Replaced when it changes, never written to.</summary>
    public SourceState[]? Other;

    /// <summary>The usual time between two readings, in milliseconds.</summary>
    public long Interval;

    /// <summary>Whether readings have been arriving as they are measured, so that their silence means something.</summary>
    public bool Watched;

    /// <summary>Since when the sensor is off.</summary>
    public long OffSince;

    /// <summary>Whether the last value before the sensor went off was beyond the extreme low limit.</summary>
    public bool OffAfterExtreme;

    /// <summary>Whether the open technical alert is about silence, not about the sensor.</summary>
    public bool Silent;

    /// <summary>Since when two sources have contradicted each other.</summary>
    public long ContradictSince;

    /// <summary>The low limit.</summary>
    public LimitState Low;

    /// <summary>The high limit.</summary>
    public LimitState High;

    /// <summary>The effective time of the last reading that was evaluated.</summary>
    public readonly long LastTime => Other is [var other] ? Math.Max(Main.Time, other.Time) : Main.Time;

    /// <summary>When the last reading arrived.</summary>
    public readonly long LastArrived => Other is [var other] ? Math.Max(Main.Arrived, other.Arrived) : Main.Arrived;
}

/// <summary>What is remembered of one device that sends a sign.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct SourceState
{
    /// <summary>The device; null when it is not known.</summary>
    public string? Device;

    /// <summary>The effective time of its last reading.</summary>
    public long Time;

    /// <summary>When that arrived.</summary>
    public long Arrived;

    /// <summary>Its value; 0 may be "sensor off".</summary>
    public double Value;

    /// <summary>Whether it was current when it arrived; only then does the mere passing of time matter.</summary>
    public bool Live;

    /// <summary>The breach of the low limit.</summary>
    public Breach Low;

    /// <summary>The breach of the high limit.</summary>
    public Breach High;

    /// <summary>What the source's own clock says: it runs on from its last reading at the pace of real time since that arrived.</summary>
    public readonly long Clock(long now) => Live ? Time + Math.Max(0, now - Arrived) : Time;
}

/// <summary>What is remembered of one limit of one sign.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct LimitState
{
    /// <summary>The limit the last value was held against; null when there was none.</summary>
    public double? Limit;

    /// <summary>The worst value since the alarm began.</summary>
    public double Worst;

    /// <summary>How often the limit was crossed while the alert was open.</summary>
    public int Count;

    /// <summary>When the alert's values were last reported.</summary>
    public long ReportedAt;

    /// <summary>Whether the alarm was raised by time that added up, not by one stretch that lasted.</summary>
    public bool AddedUp;

    /// <summary>When the acknowledgement that <see cref="AcknowledgedValue"/> belongs to was given.</summary>
    public long AcknowledgedAt;

    /// <summary>The value that stood when the alert was acknowledged.</summary>
    public double AcknowledgedValue;
}
