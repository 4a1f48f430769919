using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// Proposes limits around a patient's own values, as bedside monitors do [monitor manuals: Mindray, LIFEPAK]. Only a proposal:
/// a clinician must confirm it before it holds.
/// </summary>
internal static class SuggestLimits
{
    /// <summary>
    /// The proposed limits in whole numbers, by sign. A sign is left out when there is no current value of it, or when the
    /// formula gives no usable limits, as for a heart rate of 30.
    /// </summary>
    /// <param name="latest">The patient's latest readings; only heart rate, systolic and diastolic pressure count.</param>
    /// <param name="current">The limits that hold now: where high priority begins is kept, but moved out of the proposed range.</param>
    /// <param name="rules">How long a reading is current, and the hysteresis.</param>
    /// <param name="now">The time it is.</param>
    public static IReadOnlyDictionary<VitalSign, SignLimits> From(
        ReadOnlySpan<Reading> latest, EffectiveLimits current, AlarmRules rules, DateTimeOffset now)
    {
        var newest = new Dictionary<VitalSign, Reading>();
        foreach (var reading in latest)
        {
            if (!newest.TryGetValue(reading.Sign, out var known) || reading.Time > known.Time)
                newest[reading.Sign] = reading;
        }

        var limits = new Dictionary<VitalSign, SignLimits>();
        foreach (var (sign, reading) in newest)
        {
            if (reading.IsSensorOff || now - reading.At > rules[sign].FreshFor || Around(sign, reading.Value) is not var (low, high))
                continue;
            var proposed = new Dictionary<VitalSign, SignLimits> { [sign] = Proposed(low, high, current[sign]) };
            if (LimitRules.Check(proposed, rules).Count == 0)
                limits.Add(sign, proposed[sign]);
        }

        return limits;
    }

    private static (double Low, double High)? Around(VitalSign sign, double value) => sign switch
    {
        VitalSign.HeartRate => (Math.Max(40, value * 0.8), Math.Min(240, value * 1.25)),
        VitalSign.Systolic => (value * 0.68 + 10, value * 0.86 + 38),
        VitalSign.Diastolic => (value * 0.68 + 6, value * 0.86 + 32),
        _ => null,
    };

    private static SignLimits Proposed(double low, double high, SignLimits current)
    {
        low = Math.Round(low, MidpointRounding.AwayFromZero);
        high = Math.Round(high, MidpointRounding.AwayFromZero);
        return new SignLimits(
            low,
            high,
            current.ExtremeLow is { } extremeLow ? Math.Min(extremeLow, low) : null,
            current.ExtremeHigh is { } extremeHigh ? Math.Max(extremeHigh, high) : null);
    }
}
