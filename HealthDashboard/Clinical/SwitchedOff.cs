using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>What it means that a limit is off, or wider than another, and how it comes back (docs/clinical.md, H3).</summary>
internal static class SwitchedOff
{
    /// <summary>How long an alarm is off where nothing else is asked for.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromHours(8);

    /// <summary>The longest time for which an alarm may be off.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>Whether any plausible value could break the limit. One at the end of what is plausible is as good as none.</summary>
    public static bool CanAlarm(VitalSignInfo info, SignLimits limits, AlertDirection direction) =>
        direction == AlertDirection.Low ? limits.Low > info.Minimum : limits.High < info.Maximum;

    /// <summary>Whether setting these limits switches off an alarm that the wider scope has.</summary>
    public static bool IsOff(VitalSignInfo info, SignLimits limits, SignLimits wider) =>
        IsOff(info, limits, wider, AlertDirection.Low) || IsOff(info, limits, wider, AlertDirection.High);

    /// <summary>Whether limits let pass on one side what others would not, or call it less urgent.</summary>
    public static bool IsWider(VitalSignInfo info, SignLimits limits, SignLimits than, AlertDirection direction) => direction == AlertDirection.Low
        ? CanAlarm(info, than, direction) && (!(limits.Low >= than.Low) || (than.ExtremeLow is { } low && !(limits.ExtremeLow >= low)))
        : CanAlarm(info, than, direction) && (!(limits.High <= than.High) || (than.ExtremeHigh is { } high && !(limits.ExtremeHigh <= high)));

    /// <summary>
    /// The limits with each side that is off as the wider scope has it. Where the two do not go together the wider scope's hold altogether, so
    /// that an alarm comes back whatever has been changed meanwhile.
    /// </summary>
    public static SignLimits Restore(VitalSignInfo info, SignLimits limits, SignLimits wider)
    {
        if (!IsOff(info, limits, wider))
            return limits;
        var restored = limits with { OffUntil = null };
        if (IsOff(info, limits, wider, AlertDirection.Low))
            restored = restored with { Low = wider.Low, ExtremeLow = wider.ExtremeLow };
        if (IsOff(info, limits, wider, AlertDirection.High))
            restored = restored with { High = wider.High, ExtremeHigh = wider.ExtremeHigh };
        return restored.Low >= restored.High ? wider : restored;
    }

    private static bool IsOff(VitalSignInfo info, SignLimits limits, SignLimits wider, AlertDirection direction) =>
        CanAlarm(info, wider, direction) && !CanAlarm(info, limits, direction);
}
