using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>Something that is wrong with a limit.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Field">Which of the sign's limits: <c>low</c>, <c>high</c>, <c>extremeLow</c> or <c>extremeHigh</c>.</param>
/// <param name="Message">Its value and what is allowed, to go behind the field's name: <c>is 130; allowed is ...</c></param>
internal sealed record LimitProblem(VitalSign Sign, string Field, string Message);

/// <summary>
/// Which alarm limits may be set, whoever sets them. Besides what is impossible, a limit that would never be looked at and an
/// alarm that could never end are refused.
/// </summary>
internal static class LimitRules
{
    /// <summary>Everything that is wrong with some limits; empty when they may be set.</summary>
    /// <param name="limits">The limits by sign. A sign whose limits are all null has no limit alarms.</param>
    /// <param name="rules">Gives each sign's hysteresis.</param>
    public static IReadOnlyList<LimitProblem> Check(IReadOnlyDictionary<VitalSign, SignLimits> limits, AlarmRules rules) =>
        [.. limits.OrderBy(entry => entry.Key).SelectMany(entry => Check(entry.Key.Info(), entry.Value, rules[entry.Key].Hysteresis))];

    // Each step only where the one before found nothing: one mistake, one message.
    private static List<LimitProblem> Check(VitalSignInfo info, SignLimits limits, double hysteresis)
    {
        var problems = OutOfRange(info, limits).ToList();
        if (problems.Count == 0)
            problems.AddRange(OutOfOrder(info.Sign, limits));
        if (problems.Count == 0)
            problems.AddRange(Endless(info, limits, hysteresis));
        return problems;
    }

    private static IEnumerable<LimitProblem> OutOfRange(VitalSignInfo info, SignLimits limits)
    {
        (string Field, double? Value)[] fields =
            [("low", limits.Low), ("high", limits.High), ("extremeLow", limits.ExtremeLow), ("extremeHigh", limits.ExtremeHigh)];
        foreach (var (field, value) in fields)
        {
            if (value is null)
                continue;
            if (info.Sign is VitalSign.OxygenFlow or VitalSign.Consciousness)
                yield return new(info.Sign, field, $"is {value}; allowed is none, because {info.Name} has no limit alarms.");
            else if (!(value >= info.Minimum && value <= info.Maximum))
                yield return new(info.Sign, field, $"is {value}; allowed is {info.Minimum} to {info.Maximum} {info.Unit}.");
        }
    }

    private static IEnumerable<LimitProblem> OutOfOrder(VitalSign sign, SignLimits limits)
    {
        var (low, high, extremeLow, extremeHigh) = limits;
        if (low >= high)
            yield return new(sign, "low", $"is {low}; allowed is below high, which is {high}.");
        if (extremeLow is not null && low is null)
            yield return new(sign, "extremeLow", $"is {extremeLow}; allowed is none, because low is not set.");
        if (extremeLow > low)
            yield return new(sign, "extremeLow", $"is {extremeLow}; allowed is at most low, which is {low}.");
        if (extremeHigh is not null && high is null)
            yield return new(sign, "extremeHigh", $"is {extremeHigh}; allowed is none, because high is not set.");
        if (extremeHigh < high)
            yield return new(sign, "extremeHigh", $"is {extremeHigh}; allowed is at least high, which is {high}.");
    }

    /// <summary>A low alarm ends at low + hysteresis: there must be such a value, and it must not be in the high alarm already.</summary>
    private static IEnumerable<LimitProblem> Endless(VitalSignInfo info, SignLimits limits, double hysteresis)
    {
        var highest = limits.High ?? info.Maximum;
        if (limits.Low + hysteresis > highest)
            yield return new(info.Sign, "low", $"is {limits.Low}; allowed is at most {highest - hysteresis}, because the alarm ends {hysteresis} above it.");
        var lowest = limits.Low ?? info.Minimum;
        if (limits.Low is null && limits.High - hysteresis < lowest)
            yield return new(info.Sign, "high", $"is {limits.High}; allowed is at least {lowest + hysteresis}, because the alarm ends {hysteresis} below it.");
    }
}
