using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Shared;

/// <summary>Limits in words.</summary>
internal static class LimitWords
{
    /// <summary>Which alarms of a sign are off: "alarm off", "low alarm off", "high alarm off"; empty when none is.</summary>
    public static string Off(EffectiveLimits limits, VitalSign sign) =>
        Off(limits.IsOff(sign, AlertDirection.Low), limits.IsOff(sign, AlertDirection.High), limits[sign]);

    /// <summary>A limit, and in brackets where an alarm becomes high; a dash where there is none.</summary>
    public static string Pair(double? limit, double? extreme) =>
        limit is null ? "\u2013" : extreme is null || extreme == limit ? $"{limit}" : $"{limit} ({extreme})";

    /// <summary>What was set of a sign once.</summary>
    public static string Of(string sign, SignLimits limits) => $"{SignWords.Label(VitalSigns.Find(sign)!.Sign)} {Pair(limits.Low, limits.ExtremeLow)} to {Pair(limits.High, limits.ExtremeHigh)}";

    /// <summary>What is set for a scope.</summary>
    public static string Of(AlarmLimits? limits)
    {
        var words = (limits?.Signs ?? new Dictionary<VitalSign, SignLimits>()).OrderBy(entry => entry.Key)
            .Select(entry => Of(entry.Key.Info().Name, entry.Value) + (entry.Value.OffUntil is { } until ? $", off until {until.UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}" : "")).ToList();
        if (limits?.ScoreThreshold is { } from)
            words.Add($"NEWS2 from {from}");
        return words.Count == 0 ? "nothing of its own" : string.Join("; ", words);
    }

    // With one side off and no limit on the other there is no alarm at all.
    private static string Off(bool low, bool high, SignLimits limits) => (low, high) switch
    {
        (true, true) => "alarm off",
        (true, false) => limits.High is null ? "alarm off" : "low alarm off",
        (false, true) => limits.Low is null ? "alarm off" : "high alarm off",
        _ => "",
    };
}
