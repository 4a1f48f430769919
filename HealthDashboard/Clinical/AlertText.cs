using HealthDashboard.Data.Model;

namespace HealthDashboard.Clinical;

/// <summary>
/// Alerts in words: the priority's mark, what it is about, the worst value and what it broke, for example <c>** SpO2 86 &lt; 90</c>.
/// Plain characters only, so that a text survives any pager, log or screen.
/// </summary>
internal static class AlertText
{
    /// <summary>The mark of a priority [IEC 60601-1-8 as monitors show it].</summary>
    public static string Mark(AlertPriority priority) => priority switch
    {
        AlertPriority.High => "***",
        AlertPriority.Medium => "**",
        _ => "*",
    };

    /// <summary>A sign beyond its limit.</summary>
    /// <param name="priority">The alert's priority.</param>
    /// <param name="sign">The sign.</param>
    /// <param name="extreme">The worst value, in the sign's unit.</param>
    /// <param name="direction">Which limit was crossed: low or high.</param>
    /// <param name="limit">The limit.</param>
    public static string Limit(AlertPriority priority, VitalSign sign, double extreme, AlertDirection direction, double limit)
    {
        // 89.6 below 90 must not read "90 < 90": take more digits until the two differ.
        var digits = sign.Info().Decimals;
        while (digits < 4 && extreme != limit && Number(extreme, digits) == Number(limit, digits))
            digits++;
        var relation = direction == AlertDirection.Low ? '<' : '>';
        return $"{Mark(priority)} {Label(sign)} {Number(extreme, digits)} {relation} {Number(limit, digits)}";
    }

    /// <summary>A NEWS2 score that asks for someone.</summary>
    /// <param name="priority">The alert's priority.</param>
    /// <param name="score">The score now.</param>
    /// <param name="extreme">The highest score since the alert was raised.</param>
    /// <param name="complete">False when parts are missing: the text then says "at least".</param>
    public static string Score(AlertPriority priority, int score, int extreme, bool complete)
    {
        var value = complete ? $"{score}" : $"at least {score}";
        var rest = score < extreme ? $"was {extreme}" : score switch
        {
            >= News2.HighThreshold => "emergency",
            >= News2.MediumThreshold => "urgent review",
            _ => "3 in one parameter",
        };
        return $"{Mark(priority)} NEWS2 {value}, {rest}";
    }

    /// <summary>Heart rate, respiratory rate and SpO2 are off at once while the device sends.</summary>
    public const string AllSensorsOff = "** HR, RR and SpO2 off: check the patient";

    /// <summary>A sensor that sends zeros; of medium priority right after an extreme value.</summary>
    public static string SensorOff(VitalSign sign, AlertPriority priority) =>
        $"{Mark(priority)} {Label(sign)} sensor off{(priority > AlertPriority.Low ? ": check the patient" : "")}";

    /// <summary>A sign that has gone silent.</summary>
    public static string NoData(VitalSign sign) => $"* {Label(sign)} no data";

    /// <summary>The patient's whole feed has gone silent.</summary>
    public static string FeedLost(AlertPriority priority) => $"{Mark(priority)} Feed lost";

    /// <summary>A device's clock that differs from this system's.</summary>
    /// <param name="device">The device; empty where it is not named.</param>
    /// <param name="lag">By how many milliseconds it is behind; negative when it is ahead.</param>
    public static string Clock(string device, long lag)
    {
        var name = device.Length == 0 ? "a device" : device;
        return $"* Clock of {name} is {Math.Abs(lag) / 1000} s {(lag < 0 ? "ahead" : "behind")}";
    }

    /// <summary>Two devices that send different values of one sign.</summary>
    public static string TwoSources(VitalSign sign, in SourceState a, in SourceState b) =>
        $"* Two sources for {Label(sign)}: {a.Device ?? "unnamed"} {Value(sign, a.Value)}, {b.Device ?? "unnamed"} {Value(sign, b.Value)}";

    /// <summary>A diastolic pressure that is not below the systolic one.</summary>
    public static string PressuresContradict(double systolic, double diastolic) =>
        $"* Pressures contradict: {Value(VitalSign.Systolic, systolic)}/{Value(VitalSign.Diastolic, diastolic)}";

    /// <summary>A set of observations that is overdue.</summary>
    public static string ObservationsOverdue(AlertPriority priority) => $"{Mark(priority)} Observations overdue";

    /// <summary>A value at its sign's precision.</summary>
    public static string Value(VitalSign sign, double value) => Number(value, sign.Info().Decimals);

    /// <summary>A sign's short name in plain characters.</summary>
    public static string Label(VitalSign sign) => sign.Info().Label.Replace('\u2082', '2');

    private static string Number(double value, int digits) => value.ToString($"F{digits}");
}
