using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

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

    private static readonly int AllParts = ParameterOrder.Aggregate(0, (parts, sign) => parts | (1 << (int)sign));

    /// <summary>The parameters, in the order of the chart; oxygen flow stands for "air or oxygen".</summary>
    public static ReadOnlySpan<VitalSign> Parameters => ParameterOrder;

    /// <summary>The score with its parts, as screens and the API show it.</summary>
    /// <param name="values">The current value of each sign at its number; NaN where there is none.</param>
    /// <param name="patient">The patient: age, pregnancy and SpO2 scale count.</param>
    /// <param name="now">The time it is.</param>
    public static NewsScore Score(ReadOnlySpan<double> values, Patient patient, DateTimeOffset now)
    {
        var total = Total(values, patient, now);
        var oxygen = OnOxygen(values);
        var parts = new Dictionary<string, int>(ParameterOrder.Length, StringComparer.Ordinal);
        var missing = new List<string>();
        foreach (var sign in ParameterOrder)
        {
            if (total.Applicable && Points(sign, values, patient.Spo2Scale, oxygen) is { } points)
                parts.Add(sign.Info().Name, points);
            else
                missing.Add(sign.Info().Name);
        }

        return new NewsScore(parts.Count == 0 ? null : total.Score, total.Complete, total.Risk, parts, missing, now);
    }

    /// <summary>The score without its parts. Does not allocate: the evaluator asks for every batch.</summary>
    /// <param name="values">As for <see cref="Score"/>.</param>
    /// <param name="patient">As for <see cref="Score"/>.</param>
    /// <param name="now">As for <see cref="Score"/>.</param>
    public static NewsTotal Total(ReadOnlySpan<double> values, Patient patient, DateTimeOffset now)
    {
        if (!NewsApplies.To(patient, now))
            return new NewsTotal(false, 0, 0, 0, AllParts);
        var oxygen = OnOxygen(values);
        var (score, threes, scoring, missing) = (0, 0, 0, 0);
        foreach (var sign in ParameterOrder)
        {
            var part = 1 << (int)sign;
            if (Points(sign, values, patient.Spo2Scale, oxygen) is not { } points)
            {
                missing |= part;
                continue;
            }

            score += points;
            scoring |= points > 0 ? part : 0;
            threes |= points == SingleThreshold ? part : 0;
        }

        return new NewsTotal(true, score, threes, scoring, missing);
    }

    private static int? Points(VitalSign sign, ReadOnlySpan<double> values, int spo2Scale, bool? oxygen) =>
        double.IsNaN(values[(int)sign]) ? null : News2Chart.Points(sign, values[(int)sign], spo2Scale, oxygen);

    private static bool? OnOxygen(ReadOnlySpan<double> values) =>
        double.IsNaN(values[(int)VitalSign.OxygenFlow]) ? null : News2Chart.IsOxygen(values[(int)VitalSign.OxygenFlow]);
}
