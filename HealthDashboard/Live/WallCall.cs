using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Live;

/// <summary>
/// Who needs somebody: a patient with alerts of medium or high priority that nobody has acknowledged, or a whole ward with an alert of its
/// own. Equal ones look the same.
/// </summary>
/// <param name="Patient">Whose alerts they are; null for those of a whole ward.</param>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Alerts">The alerts, the most urgent first, of equal ones the newest: what one acknowledgement is for.</param>
public sealed record WallCall(Patient? Patient, string Region, string Ward, IReadOnlyList<Alert> Alerts)
{
    /// <summary>The alert that is named.</summary>
    public Alert Worst => Alerts[0];

    /// <summary>Whether nobody has acknowledged it. What is true of a whole ward stays in sight when someone has.</summary>
    public bool IsCalling => Worst.Response == AlertResponse.Unacknowledged;

    /// <summary>What the alert is about, and how many others there are: "SpO&#x2082; 84 &lt; 90, was 79 +2".</summary>
    public string Text => Alerts.Count > 1 ? $"{AlertWords.Now(Worst)} +{Alerts.Count - 1}" : AlertWords.Now(Worst);

    /// <summary>Who calls now, the most urgent first.</summary>
    /// <param name="open">All open alerts.</param>
    /// <param name="find">The record of a patient; null when there is none here.</param>
    /// <param name="before">The calls as they were: returned when nothing has changed.</param>
    internal static IReadOnlyList<WallCall> Of(IEnumerable<Alert> open, Func<ObjectId, Patient?> find, IReadOnlyList<WallCall> before)
    {
        List<WallCall> calls = [];
        foreach (var alerts in open.Where(IsShown).GroupBy(alert => alert.PatientId))
        {
            IReadOnlyList<Alert> sorted =
                [.. alerts.OrderBy(alert => alert.Response).ThenByDescending(alert => alert.Priority).ThenByDescending(alert => alert.RaisedAt)];
            if (WardGroup.Of(sorted[0]) is { } ward)
                calls.Add(new(null, ward.Region, ward.Ward, sorted));
            else if (find(alerts.Key) is { } patient)
                calls.Add(new(patient, patient.Region, patient.Ward, sorted));
        }
        calls = [.. calls.OrderBy(call => call.Worst.Response).ThenByDescending(call => call.Worst.Priority).ThenByDescending(call => call.Worst.RaisedAt)];
        return calls.SequenceEqual(before) ? before : calls;
    }

    /// <inheritdoc/>
    public bool Equals(WallCall? other) =>
        other is not null && ReferenceEquals(Patient, other.Patient) && Alerts.SequenceEqual(other.Alerts, ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public override int GetHashCode() => Worst.Id.GetHashCode();

    private static bool IsShown(Alert alert) => alert.Group is null
        ? alert is { Response: AlertResponse.Unacknowledged, Priority: >= AlertPriority.Medium }
        : alert.Response == AlertResponse.Unacknowledged || alert.Condition == AlertCondition.Active;
}
