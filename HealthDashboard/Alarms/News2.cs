using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>
/// The National Early Warning Score 2 [Royal College of Physicians 2017]: seven parameters of 0 to 3 points each.
/// A parameter that is missing, too old or from a sensor that is off has no points, so that the sum is only a lower bound.
/// </summary>
internal static class News2
{
    /// <summary>The score that asks for an emergency response.</summary>
    public const int HighThreshold = 7;

    /// <summary>The score that asks for an urgent response.</summary>
    public const int MediumThreshold = 5;

    /// <summary>The points that ask for a medical review when one parameter has them.</summary>
    public const int SingleThreshold = 3;

    // In the order of the chart.
    private static readonly VitalSign[] ParameterOrder =
    [
        VitalSign.RespiratoryRate, VitalSign.Spo2, VitalSign.OxygenFlow, VitalSign.Systolic,
        VitalSign.HeartRate, VitalSign.Consciousness, VitalSign.Temperature,
    ];

    /// <summary>The parameters, in the order of the chart; oxygen flow stands for "air or oxygen".</summary>
    public static ReadOnlySpan<VitalSign> Parameters => ParameterOrder;

    /// <summary>The score with its parts, as screens and the API show it.</summary>
    /// <param name="latest">The latest reading of each sign, in any order; a sign without one is missing.</param>
    /// <param name="patient">The patient: age, pregnancy and SpO2 scale count.</param>
    /// <param name="rules">How long each sign's reading is current.</param>
    /// <param name="now">The time it is.</param>
    public static NewsScore Score(ReadOnlySpan<Reading> latest, Patient patient, AlarmRules rules, DateTimeOffset now)
    {
        Span<Sample> bySign = stackalloc Sample[16];
        bySign.Clear();
        foreach (var reading in latest)
        {
            if (reading.Time > bySign[(int)reading.Sign].Time)
                bySign[(int)reading.Sign] = new Sample(reading.Time, reading.Value);
        }

        var total = Total(bySign, patient, rules, now);
        var oxygen = OnOxygen(bySign, rules, now);
        var parts = new Dictionary<string, int>(ParameterOrder.Length, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var sign in ParameterOrder)
        {
            if (total.Applicable && Points(sign, bySign, patient.Spo2Scale, oxygen, rules, now) is { } points)
                parts.Add(sign.Info().Name, points);
            else
                missing.Add(sign.Info().Name);
        }

        return new NewsScore(total.Score, total.Complete, total.Risk, parts, missing, now);
    }

    /// <summary>The score without its parts. Does not allocate: the evaluator asks for every batch.</summary>
    /// <param name="bySign">The latest sample of each sign at its number; a <see cref="Sample.Time"/> of 0 says that there is none.</param>
    /// <param name="patient">As for <see cref="Score"/>.</param>
    /// <param name="rules">As for <see cref="Score"/>.</param>
    /// <param name="now">As for <see cref="Score"/>.</param>
    public static NewsTotal Total(ReadOnlySpan<Sample> bySign, Patient patient, AlarmRules rules, DateTimeOffset now)
    {
        if (!NewsApplies.To(patient, now))
            return new NewsTotal(false, 0, false, ParameterOrder.Length);
        var oxygen = OnOxygen(bySign, rules, now);
        var (score, anyThree, missing) = (0, false, 0);
        foreach (var sign in ParameterOrder)
        {
            if (Points(sign, bySign, patient.Spo2Scale, oxygen, rules, now) is not { } points)
            {
                missing++;
                continue;
            }

            score += points;
            anyThree |= points == SingleThreshold;
        }

        return new NewsTotal(true, score, anyThree, missing);
    }

    private static int? Points(
        VitalSign sign, ReadOnlySpan<Sample> bySign, int spo2Scale, bool? oxygen, AlarmRules rules, DateTimeOffset now) =>
        Current(sign, bySign, rules, now) is { } value ? News2Chart.Points(sign, value, spo2Scale, oxygen) : null;

    private static bool? OnOxygen(ReadOnlySpan<Sample> bySign, AlarmRules rules, DateTimeOffset now) =>
        Current(VitalSign.OxygenFlow, bySign, rules, now) is { } flow ? News2Chart.IsOxygen(flow) : null;

    /// <summary>The value that may be scored; null when there is none, it is too old or the sensor is off.</summary>
    private static double? Current(VitalSign sign, ReadOnlySpan<Sample> bySign, AlarmRules rules, DateTimeOffset now)
    {
        var sample = bySign[(int)sign];
        if (sample.Time == 0 || (sample.Value == 0 && sign.Info().ZeroIsSensorOff))
            return null;
        var age = now.ToUnixTimeMilliseconds() - sample.Time;
        return age > rules[sign].FreshFor.TotalMilliseconds ? null : sample.Value;
    }
}
