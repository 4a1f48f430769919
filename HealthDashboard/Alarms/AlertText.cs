using HealthDashboard.Data.Model;

namespace HealthDashboard.Alarms;

/// <summary>
/// Alerts in words: the priority's mark, what it is about, the worst value and what it broke, for example <c>** SpO2 86 &lt; 90</c>.
/// Plain characters only, so that a text survives any pager, log or screen.
/// </summary>
internal static class AlertText
{
    /// <summary>The technical alert on a patient's whole feed.</summary>
    public const string FeedLost = "* Feed lost";

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

    /// <summary>A NEWS2 score at or above a threshold.</summary>
    /// <param name="priority">The alert's priority.</param>
    /// <param name="score">The score.</param>
    /// <param name="complete">False when parts are missing: the text then says "at least".</param>
    /// <param name="threshold">What it reached; <see cref="News2.SingleThreshold"/> for 3 points in one parameter.</param>
    public static string Score(AlertPriority priority, int score, bool complete, int threshold)
    {
        var value = complete ? $"{score}" : $"at least {score}";
        var reached = threshold == News2.SingleThreshold ? ", 3 in one parameter" : $" ≥ {threshold}";
        return $"{Mark(priority)} NEWS2 {value}{reached}";
    }

    /// <summary>A sensor that sends zeros.</summary>
    public static string SensorOff(VitalSign sign) => $"* {Label(sign)} sensor off";

    /// <summary>A sign that has gone silent.</summary>
    public static string NoData(VitalSign sign) => $"* {Label(sign)} no data";

    private static string Label(VitalSign sign) => sign.Info().Label.Replace('\u2082', '2');

    private static string Number(double value, int digits) => value.ToString($"F{digits}");
}
