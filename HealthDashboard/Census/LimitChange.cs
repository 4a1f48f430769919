using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>Limits that someone wants to set, as they may be set, and what is wrong with them (docs/clinical.md, H3).</summary>
/// <param name="Limits">The limits; each sign with an alarm that is off has its time.</param>
/// <param name="Problems">What is wrong, by sign and field; empty when they may be set.</param>
/// <param name="ReasonNeeded">Why a reason is needed, to go behind the field's name; null when there is one, or none is needed.</param>
internal sealed record LimitChange(AlarmLimits Limits, IReadOnlyList<LimitProblem> Problems, string? ReasonNeeded)
{
    /// <summary>Judges limits.</summary>
    /// <param name="given">The limits as they were given; <c>OffUntil</c> only where someone has chosen it.</param>
    /// <param name="wider">The limits that hold without them.</param>
    /// <param name="rules">The hysteresis of each sign.</param>
    /// <param name="now">The time it is.</param>
    public static LimitChange Of(AlarmLimits given, EffectiveLimits wider, AlarmRules rules, DateTimeOffset now)
    {
        var problems = LimitRules.Check(given.Signs, rules).ToList();
        var signs = new Dictionary<VitalSign, SignLimits>();
        var off = new List<string>();
        foreach (var (sign, limits) in given.Signs)
        {
            var isOff = SwitchedOff.IsOff(sign.Info(), limits, wider[sign]);
            signs[sign] = limits with { OffUntil = isOff ? limits.OffUntil ?? now + SwitchedOff.Usual : null };
            if (!isOff)
                continue;
            off.Add(sign.Info().Name);
            if (limits.OffUntil is { } until && (until <= now || until > now + SwitchedOff.Longest))
                problems.Add(new(sign, "offUntil", $"is {until:yyyy-MM-ddTHH:mm:ssZ}; allowed is a time within {SwitchedOff.Longest.TotalHours:0} h from now."));
            if (problems.TrueForAll(problem => problem.Sign != sign))
                problems.AddRange(Return(sign, limits, wider[sign], rules));
        }
        return new LimitChange(given with { Signs = signs }, problems, given.Reason is null ? Why(off, given.ScoreThreshold) : null);
    }

    // What comes back must go together with what stays.
    private static IEnumerable<LimitProblem> Return(VitalSign sign, SignLimits limits, SignLimits wider, AlarmRules rules)
    {
        var info = sign.Info();
        var back = new SignLimits(
            SwitchedOff.CanAlarm(info, limits, AlertDirection.Low) ? limits.Low : wider.Low,
            SwitchedOff.CanAlarm(info, limits, AlertDirection.High) ? limits.High : wider.High);
        return LimitRules.Check(new Dictionary<VitalSign, SignLimits> { [sign] = back }, rules)
            .Select(problem => problem with { Message = $"{problem.Message.TrimEnd('.')} once the alarm that is off comes back." });
    }

    private static string? Why(List<string> off, int? threshold) =>
        off.Count > 0 ? $"is missing; needed is text of 1 to 500 characters, because alarms are off: {string.Join(", ", off)}."
        : threshold > News2.MediumThreshold ? "is missing; needed is text of 1 to 500 characters, because the score's threshold is raised."
        : null;
}
