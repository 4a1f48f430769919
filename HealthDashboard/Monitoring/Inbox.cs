using HealthDashboard.Census;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Monitoring;

/// <summary>An alert that was escalated to somebody who has not acknowledged it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Patient">The patient; null for an alert on a whole ward, and where the record is not here.</param>
/// <param name="Step">The step at which it is that person's, 1 for the first.</param>
internal sealed record InboxItem(Alert Alert, Patient? Patient, int Step);

/// <summary>
/// What waits for one person: open alerts that nobody has acknowledged, and whose escalation has reached a step at which that person stands
/// now. Whoever takes over a shift takes over what waits.
/// </summary>
internal sealed class Inbox(AlertFeed feed, CareChain chain, PatientDirectory patients)
{
    /// <summary>Every open alert that was escalated and that nobody has acknowledged, the most urgent first, of equal ones the oldest.</summary>
    public IReadOnlyList<Alert> Escalated() =>
    [
        .. feed.Snapshot().Open.Where(alert => alert is { Response: AlertResponse.Unacknowledged, Escalation: > 0 })
            .OrderByDescending(alert => alert.Priority).ThenBy(alert => alert.RaisedAt),
    ];

    /// <summary>What waits for an account, in the order of <see cref="Escalated"/>.</summary>
    /// <exception cref="Data.Stores.StoreException">The care teams cannot be read.</exception>
    public async Task<IReadOnlyList<InboxItem>> OfAsync(string account, CancellationToken cancel)
    {
        var items = new List<InboxItem>();
        // Alerts of one patient have one chain.
        var chains = new Dictionary<(ObjectId, string?), IReadOnlyList<IReadOnlyList<Clinician>>>();
        foreach (var alert in Escalated())
        {
            if (!chains.TryGetValue((alert.PatientId, alert.Group), out var steps))
                chains[(alert.PatientId, alert.Group)] = steps = await chain.StepsAsync(alert.PatientId, alert.Group, cancel);
            // Whoever was notified at an earlier step stays notified.
            var mine = steps.Take(alert.Escalation).Index().FirstOrDefault(step => step.Item.Any(person => string.Equals(person.Account, account, StringComparison.OrdinalIgnoreCase)), (-1, []));
            if (mine.Index >= 0)
                items.Add(new(alert, alert.Group is null ? patients.Find(alert.PatientId)?.Patient : null, mine.Index + 1));
        }
        return items;
    }
}
