using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using HealthDashboard.Shared;

namespace HealthDashboard.Live;

/// <summary>Alerts as a screen says them.</summary>
internal static class AlertWords
{
    /// <summary>
    /// What it is about, as it is now: the present value where it is better than the worst, which then reads "was": SpO2 84 &lt; 90, was 79.
    /// What is over keeps its worst value; that it is over is said beside it.
    /// </summary>
    public static string Now(Alert alert)
    {
        var words = Display.Words(alert);
        if (alert is not { Kind: AlertKind.Limit, Condition: AlertCondition.Active, Value: { } value, Extreme: { } extreme, Limit: { } limit }
            || VitalSigns.Find(alert.Sign) is not { } info
            || Display.Value(info.Name, value) == Display.Value(info.Name, extreme))
        {
            return words;
        }

        var beyond = alert.Direction == AlertDirection.Low ? value < limit : value > limit;
        var was = words[AlertText.Label(info.Sign).Length..].TrimStart();
        return beyond
            ? $"{AlertText.Limit(alert.Priority, info.Sign, value, alert.Direction, limit).TrimStart('*', ' ')}, was {Display.Value(info.Name, extreme)}"
            : $"{AlertText.Label(info.Sign)} {Display.Value(info.Name, value)}, was {was}";
    }

    /// <summary>The ward that an alert without a patient is about: "ICU, North"; null for a patient's.</summary>
    public static string? WardOf(Alert alert) =>
        WardGroup.Of(alert) is { } ward ? $"{ward.Ward}, {ward.Region}" : null;

    /// <summary>What somebody who looked back at an alert said of it.</summary>
    public static string Of(AlertVerdict verdict) => verdict switch
    {
        AlertVerdict.TrueAlarm => "true alarm",
        AlertVerdict.FalseAlarm => "false alarm",
        _ => "artefact",
    };

    /// <summary>As <see cref="Of(AlertVerdict)"/>, with what was said to it.</summary>
    public static string Of(AlertReview review) => review.Comment is { } comment ? $"{Of(review.Verdict)}: {comment}" : Of(review.Verdict);

    /// <summary>A change of an alert, for its log.</summary>
    public static string Of(AlertChangeKind kind) => kind switch
    {
        AlertChangeKind.Withdrawn => "acknowledgement withdrawn",
        AlertChangeKind.Reminded => "reminder",
        AlertChangeKind.Latched => "over, waits to be acknowledged",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
