using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Alerts;

/// <summary>Alerts, and the sequence number from which to ask for what happens next.</summary>
/// <param name="Sequence">What to give as <c>since</c> the next time.</param>
/// <param name="Items">The alerts.</param>
internal sealed record AlertPage(long Sequence, IReadOnlyList<Alert> Items);

/// <summary>What programs that ask now and then get of the alerts.</summary>
internal sealed class AlertList(AlertFeed feed, IAlertStore store)
{
    /// <summary>Alerts as they are, the one changed last first; open ones include those that are not recorded yet (sequence 0).</summary>
    public async Task<AlertPage> NowAsync(bool openOnly, ObjectId? patientId, int limit, CancellationToken cancel)
    {
        var snapshot = feed.Snapshot();
        if (openOnly)
        {
            var open = snapshot.Open.Where(alert => patientId is null || alert.PatientId == patientId);
            return new AlertPage(snapshot.Sequence, [.. open.OrderBy(alert => alert.Sequence > 0).ThenByDescending(alert => alert.Sequence).Take(limit)]);
        }
        var query = new AlertQuery { PatientIds = patientId is { } id ? [id] : null, Limit = limit };
        return new AlertPage(snapshot.Sequence, await store.QueryAsync(query, cancel));
    }

    /// <summary>
    /// What changed after a sequence number, each alert once, as it was after its last change among them. At most so many changes
    /// are looked at: ask again with the answer's number until that stays the same, and nothing is missed.
    /// </summary>
    public async Task<AlertPage> SinceAsync(long since, bool openOnly, ObjectId? patientId, int limit, CancellationToken cancel)
    {
        var changes = await store.ReadChangesAsync(since, limit, cancel);
        var last = changes.Select(change => change.Alert)
            .Where(alert => patientId is null || alert.PatientId == patientId)
            .GroupBy(alert => alert.Id, (_, versions) => versions.Last())
            .Where(alert => !openOnly || alert.IsOpen);
        return new AlertPage(changes.Count > 0 ? changes[^1].Sequence : since, [.. last.OrderByDescending(alert => alert.Sequence)]);
    }
}
