using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>One limit of one sign, so that low and high are one piece of code.</summary>
/// <param name="Sign">The sign.</param>
/// <param name="Direction">Low or high.</param>
/// <param name="Limit">The limit; null for none.</param>
/// <param name="ExtremeLimit">Beyond this the alarm is of high priority; null for none.</param>
/// <param name="HoldOff">How long a breach must last, in milliseconds.</param>
/// <param name="Hysteresis">How far back inside the limit a value must be, in the sign's unit.</param>
/// <param name="AddsUp">Whether time beyond the limit adds up.</param>
internal readonly record struct Side(
    VitalSign Sign, AlertDirection Direction, double? Limit, double? ExtremeLimit, long HoldOff, double Hysteresis, bool AddsUp)
{
    private bool IsLow => Direction == AlertDirection.Low;

    /// <summary>A sign's low or high limit as it holds for a patient.</summary>
    public static ref readonly Side Of(AlarmWork work, VitalSign sign, AlertDirection direction) =>
        ref work.Sides[(2 * (int)sign) + (direction == AlertDirection.Low ? 0 : 1)];

    /// <summary>Both sides of each sign, low before high, by the sign's number.</summary>
    public static Side[] All(EffectiveLimits limits, AlarmRules rules)
    {
        var all = new Side[2 * MonitorState.SignCount];
        foreach (var info in VitalSigns.All)
        {
            var (number, of, rule) = (2 * (int)info.Sign, limits[info.Sign], rules[info.Sign]);
            all[number] = Of(info.Sign, AlertDirection.Low, of.Low, of.ExtremeLow, rule.LowHoldOff.InMilliseconds(), rule.Hysteresis, rules.AddUp);
            all[number + 1] = Of(info.Sign, AlertDirection.High, of.High, of.ExtremeHigh, rule.HighHoldOff.InMilliseconds(), rule.Hysteresis, rules.AddUp);
        }
        return all;
    }

    /// <summary>Whether a value is beyond the limit.</summary>
    public bool IsBeyond(double value) => Beyond(value, Limit);

    /// <summary>Whether a value is beyond the extreme limit.</summary>
    public bool IsExtreme(double value) => Beyond(value, ExtremeLimit);

    /// <summary>Whether a value is inside by the hysteresis. A limit that is no longer there holds nothing up.</summary>
    public bool IsBack(double value) =>
        Limit is not { } limit || (IsLow ? value >= limit + Hysteresis : value <= limit - Hysteresis);

    /// <summary>The worse of two values.</summary>
    public double Worse(double a, double b) => IsLow ? Math.Min(a, b) : Math.Max(a, b);

    /// <summary>Whether a value is worse than another.</summary>
    public bool IsWorse(double value, double than) => IsLow ? value < than : value > than;

    /// <summary>By how much a value is worse than another; negative when it is better.</summary>
    public double WorseBy(double value, double than) => IsLow ? than - value : value - than;

    /// <summary>The priority of a worst value.</summary>
    public AlertPriority PriorityOf(double worst) => IsExtreme(worst) ? AlertPriority.High : AlertPriority.Medium;

    private bool Beyond(double value, double? limit) => limit is { } l && (IsLow ? value < l : value > l);

    private static Side Of(VitalSign sign, AlertDirection direction, double? limit, double? extreme, long holdOff, double hysteresis, bool addUp) =>
        new(sign, direction, limit, extreme, holdOff, hysteresis, addUp && holdOff > 0 && Breach.HoldOffs * holdOff <= Breach.Window);
}
