namespace HealthDashboard.Demo;

/// <summary>What is to be replayed, how, and where to.</summary>
internal sealed record ReplayOptions
{
    /// <summary>The patient's medical record number; a patient is made when nobody has it.</summary>
    public required string Mrn { get; init; }

    /// <summary>How much faster than life; 0 for as fast as the server takes it.</summary>
    public double Speed { get; init; } = 60;

    /// <summary>The region of a patient that is made.</summary>
    public string Region { get; init; } = "Centre";

    /// <summary>The ward of a patient that is made.</summary>
    public string Ward { get; init; } = "Replay";

    /// <summary>The time of the first row; null to end at the time at which the replay ends.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>The time of the recording's beginning, as the server gets it.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="now">When the replay begins.</param>
    public DateTimeOffset TimeOfFirstRow(Recording recording, DateTimeOffset now) =>
        Start ?? now + TimeAfter(recording.Length) - recording.Length;

    /// <summary>How long after the beginning of the replay a row is sent that came so long after the first.</summary>
    public TimeSpan TimeAfter(TimeSpan recorded) => Speed == 0 ? TimeSpan.Zero : recorded / Speed;
}

/// <summary>What became of a recording.</summary>
internal sealed class ReplaySummary
{
    /// <summary>How many readings the server took.</summary>
    public int Accepted { get; set; }

    /// <summary>How many readings the server refused.</summary>
    public int Rejected { get; set; }

    /// <summary>Why it refused the first one; null when it refused none.</summary>
    public string? FirstReason { get; set; }

    /// <summary>How many of the accepted ones say that a sensor is off.</summary>
    public int SensorOff { get; set; }
}
