using HealthDashboard.Data.Model;

namespace HealthDashboard.Alerts;

/// <summary>In which part of the list a card stands.</summary>
public enum AlertSection
{
    /// <summary>Something of medium or high priority that nobody has acknowledged.</summary>
    NeedsYou,

    /// <summary>All of that is acknowledged, and goes on.</summary>
    Acknowledged,

    /// <summary>Only low priority: equipment above all.</summary>
    Equipment,
}

/// <summary>The open alerts of one patient, or of one ward, as one card: one place to look at, one acknowledgement.</summary>
/// <param name="Id">The patient's id, or that which stands for the ward.</param>
/// <param name="Patient">Whose alerts they are; null for those of a ward, and where the record is not known.</param>
/// <param name="Alerts">The alerts in the order of <see cref="AlertView.Open"/>; at least one.</param>
public sealed record AlertCard(ObjectId Id, Patient? Patient, IReadOnlyList<Alert> Alerts)
{
    /// <summary>The alert that the card takes its colour from: of those that call, else of all, the most urgent.</summary>
    public Alert Worst => Alerts[0];

    /// <summary>Where the card stands.</summary>
    public AlertSection Section =>
        Alerts.Any(alert => alert is { Response: AlertResponse.Unacknowledged, Priority: >= AlertPriority.Medium }) ? AlertSection.NeedsYou
        : Alerts.Any(alert => alert.Priority >= AlertPriority.Medium) ? AlertSection.Acknowledged
        : AlertSection.Equipment;

    /// <summary>The cards of a list of alerts, the most urgent first.</summary>
    /// <param name="open">In the order of <see cref="AlertView.Open"/>.</param>
    /// <param name="find">The record of an alert's patient; null when there is none here.</param>
    internal static IReadOnlyList<AlertCard> Of(IEnumerable<Alert> open, Func<Alert, Patient?> find) =>
        [.. open.GroupBy(alert => alert.PatientId).Select(alerts => new AlertCard(alerts.Key, find(alerts.First()), [.. alerts])).OrderBy(card => card.Section)];

    /// <summary>
    /// Whose details stand beside the list: the chosen patient's while there are alerts of it; else those that stand there already, so that
    /// nothing changes under the eyes of who reads them, until somebody needs help and the one shown no longer does; else the most urgent.
    /// </summary>
    /// <param name="shown">The cards, the most urgent first.</param>
    /// <param name="chosen">Whom somebody has chosen; null for nobody.</param>
    /// <param name="before">Whose details stand there; null for nobody's.</param>
    internal static AlertCard? Detail(IReadOnlyList<AlertCard> shown, ObjectId? chosen, ObjectId? before) =>
        shown.FirstOrDefault(card => card.Id == chosen)
        ?? shown.FirstOrDefault(card => card.Id == before && card.Section == shown[0].Section)
        ?? shown.FirstOrDefault();

    /// <summary>Equal cards look the same.</summary>
    public bool Equals(AlertCard? other) =>
        other is not null && ReferenceEquals(Patient, other.Patient) && Alerts.SequenceEqual(other.Alerts, ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}
