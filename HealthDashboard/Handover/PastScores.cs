using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Handover;

/// <summary>A NEWS2 score as it was.</summary>
/// <param name="At">When.</param>
/// <param name="Score">The score, with what was missing.</param>
internal readonly record struct PastScore(DateTimeOffset At, NewsScore Score);

/// <summary>
/// The NEWS2 scores of the last day, worked out again from means of 15 minutes: a score is not kept. So one may differ by a point from what stood
/// on a screen for a moment.
/// </summary>
internal static class PastScores
{
    /// <summary>How wide the parts are that it is worked out from.</summary>
    public static readonly TimeSpan Part = TimeSpan.FromMinutes(15);

    /// <summary>How far back the first score is.</summary>
    public static readonly TimeSpan Back = TimeSpan.FromHours(24);

    private static readonly TimeSpan Every = TimeSpan.FromHours(4);

    /// <summary>The scores from a day ago until just before now, every four hours.</summary>
    /// <param name="patient">The record.</param>
    /// <param name="isContinuous">Whether a device sends all the time; otherwise what was measured counts until the next set.</param>
    /// <param name="points">What was measured, in order, from <see cref="Back"/> and the longest that a value counts before now.</param>
    /// <param name="rules">How long a value counts.</param>
    /// <param name="now">The time it is.</param>
    public static IReadOnlyList<PastScore> Of(
        Patient patient, bool isContinuous, IReadOnlyDictionary<VitalSign, IReadOnlyList<VitalPoint>> points, AlarmRules rules, DateTimeOffset now)
    {
        List<PastScore> scores = [];
        Span<double> values = stackalloc double[16];
        for (var at = now - Back; at < now; at += Every)
        {
            values.Fill(double.NaN);
            foreach (var sign in News2.Parameters)
            {
                if (points.TryGetValue(sign, out var known) && Last(known, at, CountsFor(sign, isContinuous, rules)) is { } last)
                    values[(int)sign] = ValueOf(sign, last);
            }
            scores.Add(new(at, News2.Score(values, patient, at)));
        }
        return scores;
    }

    /// <summary>The longest that any value counts.</summary>
    public static TimeSpan LongestOf(AlarmRules rules) => VitalSigns.All.Max(info => CountsFor(info.Sign, false, rules));

    private static TimeSpan CountsFor(VitalSign sign, bool isContinuous, AlarmRules rules) =>
        rules[sign].Continuous && !isContinuous && rules.ObserveRoutine > rules[sign].FreshFor ? rules.ObserveRoutine : rules[sign].FreshFor;

    private static VitalPoint? Last(IReadOnlyList<VitalPoint> points, DateTimeOffset at, TimeSpan countsFor)
    {
        for (var i = points.Count - 1; i >= 0; i--)
        {
            if (points[i].Time < at)
                return at - points[i].Time <= countsFor + Part ? points[i] : null;
        }
        return null;
    }

    // The highest of a part is the worst: more oxygen, or deeper unconsciousness.
    private static double ValueOf(VitalSign sign, in VitalPoint point) => sign is VitalSign.OxygenFlow or VitalSign.Consciousness ? point.Max : point.Mean;
}
