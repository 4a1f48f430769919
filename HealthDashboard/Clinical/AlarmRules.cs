using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>The alarm rules as the evaluator uses them, already checked. Values and sources: docs/clinical.md.</summary>
internal sealed record AlarmRules
{
    private SignRule[] bySign = new SignRule[16];

    public AlarmRules(IReadOnlyDictionary<VitalSign, SignRule> signs)
    {
        foreach (var info in VitalSigns.All)
            bySign[(int)info.Sign] = signs.GetValueOrDefault(info.Sign) ?? new SignRule { FreshFor = info.FreshFor };
    }

    /// <summary>The rules where nothing is configured.</summary>
    public static AlarmRules Default { get; } = new AlarmOptions().ToRules();

    /// <summary>The rules of a sign.</summary>
    public SignRule this[VitalSign sign] => bySign[(int)sign];

    /// <summary>How long a zero must stand before "sensor off" is raised.</summary>
    public required TimeSpan SensorOffHoldOff { get; init; }

    /// <summary>How long a continuous sign may be silent before "no data" is raised.</summary>
    public required TimeSpan SignSilence { get; init; }

    /// <summary>How long a patient's whole feed may be silent before "feed lost" is raised.</summary>
    public required TimeSpan FeedSilence { get; init; }

    /// <summary>No feed may be silent for longer than this, however rarely it sends.</summary>
    public required TimeSpan LongestFeedSilence { get; init; }

    /// <summary>How long a NEWS2 score must stand before it raises an alert: a score made of noisy values must not call someone at each swing.</summary>
    public required TimeSpan ScoreHoldOff { get; init; }

    /// <summary>How long a NEWS2 score must be back below before its alert ends.</summary>
    public required TimeSpan ScoreEndAfter { get; init; }

    /// <summary>A change of value or extreme alone is reported at most this often, so that a long alarm does not fill the log.</summary>
    public required TimeSpan UpdateEvery { get; init; }

    /// <summary>How long a silence lasts when nothing else is asked for.</summary>
    public required TimeSpan Silence { get; init; }

    /// <summary>The longest silence.</summary>
    public required TimeSpan LongestSilence { get; init; }

    /// <summary>Whether time beyond a limit adds up to an alarm.</summary>
    public required bool AddUp { get; init; }

    /// <summary>After how long a high alert that is acknowledged and still active calls again; zero for never.</summary>
    public required TimeSpan RemindHighAfter { get; init; }

    /// <summary>As <see cref="RemindHighAfter"/>, for a medium alert.</summary>
    public required TimeSpan RemindMediumAfter { get; init; }

    /// <summary>The time between sets of observations after a score of 0, and before the first.</summary>
    public required TimeSpan ObserveRoutine { get; init; }

    /// <summary>The same after a score of 1 to 4.</summary>
    public required TimeSpan ObserveLow { get; init; }

    /// <summary>The same after 5 or 6, or 3 in one parameter.</summary>
    public required TimeSpan ObserveUrgent { get; init; }

    /// <summary>The same after 7 or more, until a device sends.</summary>
    public required TimeSpan ObserveEmergency { get; init; }

    /// <summary>How long a high alert may stay unacknowledged before each step of escalation.</summary>
    public required TimeSpan EscalateHighAfter { get; init; }

    /// <summary>How long a medium alert may stay unacknowledged before each step of escalation.</summary>
    public required TimeSpan EscalateMediumAfter { get; init; }

    /// <summary>The same rules with others for one sign.</summary>
    public AlarmRules With(VitalSign sign, SignRule rule)
    {
        var other = this with { bySign = [.. bySign] };
        other.bySign[(int)sign] = rule;
        return other;
    }

    /// <summary>How long an alert of a priority waits for its next step up the care team; null for one that is not escalated.</summary>
    public TimeSpan? EscalateAfter(AlertPriority priority) => priority switch
    {
        AlertPriority.High => EscalateHighAfter,
        AlertPriority.Medium => EscalateMediumAfter,
        _ => null,
    };
}

/// <summary>The alarm rules of one sign.</summary>
internal sealed record SignRule
{
    /// <summary>How long a value must be below the low limit.</summary>
    public TimeSpan LowHoldOff { get; init; }

    /// <summary>How long a value must be above the high limit.</summary>
    public TimeSpan HighHoldOff { get; init; }

    /// <summary>How far back inside the limit a value must be before the alarm ends, in the sign's unit.</summary>
    public double Hysteresis { get; init; }

    /// <summary>How long a reading is current.</summary>
    public TimeSpan FreshFor { get; init; }

    /// <summary>Whether silence of this sign alone raises "no data": heart rate, respiratory rate and SpO2.</summary>
    public bool Continuous { get; init; }
}
