using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// One sign of one patient from two devices (docs/clinical.md, B4). The most likely cause is a module that was left on another patient's id,
/// so neither is believed more than the other: the worse value is the current one, and a technical alert says that there are two.
/// </summary>
internal static class Sources
{
    /// <summary>A device that has sent nothing for so long is no source any more, in milliseconds.</summary>
    public const long Within = 10_000;

    private const int Hystereses = 3;

    /// <summary>The source that a reading belongs to. A device that follows on one that has fallen silent takes its place and its breach.</summary>
    /// <remarks>What is charted by hand is no source of its own: a person looked at this patient, whatever the monitor said.</remarks>
    public static ref SourceState Of(ref SignState state, in Reading reading, long at)
    {
        if (reading.IsByHand)
            return ref state.Main;
        if (state.Other is [var other])
        {
            if (IsSame(other, reading))
            {
                // What is shared with the state before is not written to.
                state.Other = [other];
                if (at - state.Main.Time <= Within)
                    return ref state.Other[0];
                (state.Main, state.Other) = (other, null);
            }
            else if (at - other.Time > Within)
            {
                state.Other = null;
            }
        }

        var takesPlace = state.Main.Time == 0 || state.Main.Device == Reading.ByHand || at - state.Main.Time > Within || (reading.Device is null && reading.Arrived == 0);
        if (takesPlace || IsSame(state.Main, reading))
            return ref state.Main;
        state.Other = [state.Other is [var second] ? second : default];
        return ref state.Other[0];
    }

    /// <summary>The device that a source has from a reading on: what is charted by hand between a device's readings leaves it that device's.</summary>
    public static string? DeviceOf(in SourceState source, in Reading reading, long at) =>
        reading.IsByHand && source.Time != 0 && at - source.Time <= Within ? source.Device : reading.Device;

    /// <summary>Whether both sources count at a moment.</summary>
    public static bool AreTwo(in SignState state, long at) =>
        state.Other is [var other] && at - other.Time <= Within && at - state.Main.Time <= Within;

    /// <summary>The source that is not this one; null when there is none now.</summary>
    public static SourceState? Other(in SignState state, string? device, long at)
    {
        if (state.Other is not [var second])
            return null;
        var other = state.Main.Device == device ? second : state.Main;
        return at - other.Time > Within ? null : other;
    }

    /// <summary>The value of the source that is not this one; null when there is none now, or its sensor is off.</summary>
    public static double? OtherValue(in SignState state, VitalSign sign, string? device, long at) =>
        Other(state, device, at) is { } other && !IsOff(sign, other.Value) ? other.Value : null;

    /// <summary>The source that counts now: of two that send the worse, else the one that sent last; one whose sensor is off only when the other's is too.</summary>
    public static SourceState Current(in SignState state, VitalSign sign, SignLimits limits)
    {
        if (state.Other is not [var other])
            return state.Main;
        var last = Math.Max(state.Main.Time, other.Time);
        if (!AreTwo(state, last))
            return other.Time > state.Main.Time ? other : state.Main;
        if (IsOff(sign, state.Main.Value) || IsOff(sign, other.Value))
            return IsOff(sign, state.Main.Value) ? other : state.Main;
        return Excess(other.Value, limits) > Excess(state.Main.Value, limits) ? other : state.Main;
    }

    /// <summary>Follows whether two sources contradict each other, and ends "two sources", after a reading.</summary>
    public static void Compare(AlarmWork work, VitalSign sign, long at)
    {
        ref var state = ref work.Signs[(int)sign];
        if (state.Other is null && state.ContradictSince == 0)
            return;
        var other = state.Other is [var second] ? second : default;
        var apart = Hystereses * work.Rules[sign].Hysteresis;
        var contradict = apart > 0 && AreTwo(state, at) && !IsOff(sign, state.Main.Value) && !IsOff(sign, other.Value)
            && Math.Abs(state.Main.Value - other.Value) > apart;
        var alert = work.Find(Alert.SourcesSign + sign.Info().Name, AlertDirection.None);
        if (!contradict)
        {
            state.ContradictSince = 0;
            if (alert is not null)
                work.End(alert, at);
            return;
        }

        if (state.ContradictSince == 0)
            state.ContradictSince = at;
    }

    /// <summary>Raises "two sources" when they have contradicted each other for long enough before a time.</summary>
    public static void Fire(AlarmWork work, VitalSign sign, long until)
    {
        ref var state = ref work.Signs[(int)sign];
        var due = ContradictDue(state, work.Rules);
        var name = Alert.SourcesSign + sign.Info().Name;
        if (due < until && AreTwo(state, due) && work.Find(name, AlertDirection.None) is null)
            work.Raise(TechnicalAlarms.Low(name, AlertText.TwoSources(sign, state.Main, state.Other![0])), due);
    }

    /// <summary>When two sources will have contradicted each other for long enough; <see cref="long.MaxValue"/> when they do not.</summary>
    public static long ContradictDue(in SignState state, AlarmRules rules) =>
        state.ContradictSince == 0 ? long.MaxValue : state.ContradictSince + rules.SensorOffHoldOff.InMilliseconds();

    private static bool IsSame(in SourceState source, in Reading reading) => source.Device == reading.Device;

    private static bool IsOff(VitalSign sign, double value) => value == 0 && sign.Info().ZeroIsSensorOff;

    /// <summary>How far beyond the nearer limit a value is; negative inside.</summary>
    private static double Excess(double value, SignLimits limits) =>
        Math.Max(limits.Low - value ?? double.MinValue, value - limits.High ?? double.MinValue);
}
