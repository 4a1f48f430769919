using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.WhatIf;

/// <summary>A value that is proposed in place of the one that held.</summary>
/// <param name="Value">The value; null for none, so that nothing alarms on that side.</param>
public readonly record struct Proposed(double? Value);

/// <summary>What is proposed for one sign; what is null stays as it was then.</summary>
public sealed record ProposedSign
{
    /// <summary>The low limit.</summary>
    public Proposed? Low { get; init; }

    /// <summary>The high limit.</summary>
    public Proposed? High { get; init; }

    /// <summary>Below this the alarm is of high priority.</summary>
    public Proposed? ExtremeLow { get; init; }

    /// <summary>Above this the alarm is of high priority.</summary>
    public Proposed? ExtremeHigh { get; init; }

    /// <summary>How long a value must be below the low limit.</summary>
    public TimeSpan? LowHoldOff { get; init; }

    /// <summary>How long a value must be above the high limit.</summary>
    public TimeSpan? HighHoldOff { get; init; }

    /// <summary>How far back inside the limit a value must be, in the sign's unit.</summary>
    public double? Hysteresis { get; init; }

    /// <summary>Whether it removes a limit.</summary>
    internal bool RemovesLimit => new[] { Low, High, ExtremeLow, ExtremeHigh }.Any(limit => limit is { Value: null });

    /// <summary>The limits with what is proposed. Where an alarm becomes high moves out of the range that is then normal, as it does when limits are set.</summary>
    internal SignLimits On(SignLimits then)
    {
        var low = Low is { } l ? l.Value : then.Low;
        var high = High is { } h ? h.Value : then.High;
        var extremeLow = ExtremeLow is { } el ? el.Value : then.ExtremeLow;
        var extremeHigh = ExtremeHigh is { } eh ? eh.Value : then.ExtremeHigh;
        return new SignLimits(
            low, high, low is null || extremeLow is null ? null : Math.Min(extremeLow.Value, low.Value), high is null || extremeHigh is null ? null : Math.Max(extremeHigh.Value, high.Value))
        {
            OffUntil = then.OffUntil,
        };
    }
}

/// <summary>Other rules for the past. What is left out stays as it was then.</summary>
public sealed record Proposal
{
    /// <summary>The rules as they were.</summary>
    public static readonly Proposal Nothing = new();

    /// <summary>What is proposed by sign.</summary>
    public IReadOnlyDictionary<VitalSign, ProposedSign> Signs { get; init; } = new Dictionary<VitalSign, ProposedSign>();

    /// <summary>From which NEWS2 score an alert is raised, 5 to 7; null for as it was.</summary>
    public int? ScoreThreshold { get; init; }

    /// <summary>After how long a high alert that is acknowledged and still active calls again, zero for never; null for as it is configured.</summary>
    public TimeSpan? RemindHighAfter { get; init; }

    /// <summary>As <see cref="RemindHighAfter"/>, for a medium alert.</summary>
    public TimeSpan? RemindMediumAfter { get; init; }

    /// <summary>The same with another value for one limit.</summary>
    internal Proposal With(VitalSign sign, AlertDirection side, double value)
    {
        var before = Signs.GetValueOrDefault(sign) ?? new ProposedSign();
        var after = side == AlertDirection.Low ? before with { Low = new(value) } : before with { High = new(value) };
        return this with { Signs = new Dictionary<VitalSign, ProposedSign>(Signs) { [sign] = after } };
    }

    /// <summary>The rules with what is proposed.</summary>
    internal AlarmRules On(AlarmRules rules)
    {
        foreach (var (sign, proposed) in Signs)
        {
            var rule = rules[sign];
            rules = rules.With(sign, rule with
            {
                LowHoldOff = proposed.LowHoldOff ?? rule.LowHoldOff,
                HighHoldOff = proposed.HighHoldOff ?? rule.HighHoldOff,
                Hysteresis = proposed.Hysteresis ?? rule.Hysteresis,
            });
        }
        return rules with { RemindHighAfter = RemindHighAfter ?? rules.RemindHighAfter, RemindMediumAfter = RemindMediumAfter ?? rules.RemindMediumAfter };
    }

    /// <summary>The limits with what is proposed.</summary>
    /// <param name="then">The limits that held.</param>
    /// <param name="isOfWard">Whether it is proposed for a ward: a sign for which the patient had own limits then keeps them, as it does when a ward's limits are set.</param>
    internal EffectiveLimits On(EffectiveLimits then, bool isOfWard)
    {
        if (ScoreThreshold is null && Signs.Count == 0)
            return then;
        var limits = VitalSigns.All.ToDictionary(info => info.Sign, info => then[info.Sign] with { OffUntil = null });
        foreach (var (sign, proposed) in Signs)
        {
            if (!isOfWard || then.SourceOf(sign) != LimitSource.Patient)
                limits[sign] = proposed.On(limits[sign]);
        }
        // A threshold of the patient's own stays for a ward too.
        var threshold = isOfWard && then.ScoreThreshold != News2.MediumThreshold ? then.ScoreThreshold : ScoreThreshold ?? then.ScoreThreshold;
        return new EffectiveLimits(limits, null, new AlarmLimits { ScoreThreshold = threshold });
    }
}
