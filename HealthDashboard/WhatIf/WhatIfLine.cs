using System.Globalization;
using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.WhatIf;

/// <summary>A line of the form: a limit, or the time for which a value must be beyond it.</summary>
/// <param name="sign">The sign.</param>
/// <param name="side">Which limit.</param>
/// <param name="isHoldOff">Whether it is the time.</param>
/// <param name="now">What holds now.</param>
internal sealed class WhatIfLine(VitalSign sign, AlertDirection side, bool isHoldOff, double now)
{
    public VitalSign Sign => sign;

    public AlertDirection Side => side;

    public bool IsHoldOff => isHoldOff;

    public double Now => now;

    /// <summary>What is proposed; null for what holds.</summary>
    public double? Proposed { get; set; }

    /// <summary>As <see cref="WhatIfResult.BySign"/> names it.</summary>
    public string Count => $"{sign.Info().Name} {SideName}";

    public string Key => isHoldOff ? $"{Count} hold-off" : Count;

    public string Label => $"{SignWords.Label(sign)} {SideName}{(isHoldOff ? " hold-off, s" : "")}";

    public string Today => now.ToString(CultureInfo.InvariantCulture);

    /// <summary>The name of the value in a request.</summary>
    public string Field => isHoldOff ? $"{SideName}HoldOff" : SideName;

    private string SideName => side == AlertDirection.Low ? "low" : "high";

    /// <summary>The lines of a ward's limits: each limit that can alarm, and the hold-offs there are.</summary>
    public static List<WhatIfLine> Of(LimitSheet sheet, AlarmRules rules)
    {
        List<WhatIfLine> lines = [];
        foreach (var info in VitalSigns.All)
        {
            if (!sheet.Limits.TryGetValue(info.Name, out var line))
                continue;
            var limits = new SignLimits(line.Low, line.High);
            foreach (var side in new[] { AlertDirection.Low, AlertDirection.High })
            {
                if (!SwitchedOff.CanAlarm(info, limits, side))
                    continue;
                var (limit, holdOff) = side == AlertDirection.Low ? (line.Low, rules[info.Sign].LowHoldOff) : (line.High, rules[info.Sign].HighHoldOff);
                lines.Add(new(info.Sign, side, isHoldOff: false, limit!.Value));
                if (holdOff > TimeSpan.Zero)
                    lines.Add(new(info.Sign, side, isHoldOff: true, holdOff.TotalSeconds));
            }
        }
        return lines;
    }

    /// <summary>What is proposed, as a request has it.</summary>
    public static Dictionary<string, Dictionary<string, double>> Request(IEnumerable<WhatIfLine> lines, bool holdOffs) =>
        lines.Where(line => line.Proposed is not null && line.IsHoldOff == holdOffs).GroupBy(line => line.Sign.Info().Name)
            .ToDictionary(group => group.Key, group => group.ToDictionary(line => line.Field, line => line.Proposed!.Value));
}
