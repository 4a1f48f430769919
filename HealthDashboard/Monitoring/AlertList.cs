using System.Text.Json.Serialization;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Monitoring;

/// <summary>Alerts, and the sequence number from which to ask for what happens next.</summary>
/// <param name="Sequence">What to give as <c>since</c> the next time.</param>
/// <param name="Items">The alerts.</param>
/// <param name="More">Whether there are more than the limit let in.</param>
/// <param name="Next">
/// What to give as <c>before</c> for the next page; null when there is none, and for changes, whose next page is asked for by
/// <paramref name="Sequence"/>.
/// </param>
internal sealed record AlertPage(
    long Sequence,
    IReadOnlyList<Alert> Items,
    bool More,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Next = null);

/// <summary>What programs that ask now and then get of the alerts.</summary>
internal sealed class AlertList(AlertFeed feed, IAlertStore store)
{
    /// <summary>
    /// Alerts as they are, the one changed last first. Open ones include those that are not recorded yet (sequence 0): they come
    /// first, and all on the first page whatever the limit, since they have no number by which a next page could begin.
    /// An alert that changes between two pages moves to the front: <see cref="SinceAsync"/> with the first page's number has it.
    /// </summary>
    /// <param name="openOnly">Only open alerts.</param>
    /// <param name="patientId">Only this patient's; null for all.</param>
    /// <param name="before">Only those whose last change has a smaller number; null for the first page.</param>
    /// <param name="limit">At most so many, 1 to 9,999.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<AlertPage> NowAsync(bool openOnly, ObjectId? patientId, long? before, int limit, CancellationToken cancel)
    {
        var snapshot = feed.Snapshot();
        if (!openOnly)
        {
            var query = new AlertQuery { PatientIds = patientId is { } id ? [id] : null, Before = before, Limit = limit + 1 };
            return Page(snapshot.Sequence, [], await store.QueryAsync(query, cancel), limit);
        }
        var open = snapshot.Open.Where(alert => patientId is null || alert.PatientId == patientId).ToLookup(alert => alert.Sequence > 0);
        var recorded = open[true].Where(alert => before is null || alert.Sequence < before).OrderByDescending(alert => alert.Sequence);
        return Page(snapshot.Sequence, before is null ? [.. open[false]] : [], [.. recorded], limit);
    }

    /// <summary>
    /// What changed after a sequence number, each alert once, as it was after its last change among them. At most so many changes
    /// are looked at: ask again with the answer's number until there is no more, and nothing is missed.
    /// </summary>
    public async Task<AlertPage> SinceAsync(long since, bool openOnly, ObjectId? patientId, int limit, CancellationToken cancel)
    {
        var read = await store.ReadChangesAsync(since, limit + 1, cancel);
        var changes = read.Take(limit).ToList();
        var last = changes.Select(change => change.Alert)
            .Where(alert => patientId is null || alert.PatientId == patientId)
            .GroupBy(alert => alert.Id, (_, versions) => versions.Last())
            .Where(alert => !openOnly || alert.IsOpen);
        return new AlertPage(
            changes.Count > 0 ? changes[^1].Sequence : since, [.. last.OrderByDescending(alert => alert.Sequence)], read.Count > limit);
    }

    private static AlertPage Page(long sequence, IReadOnlyList<Alert> unrecorded, IReadOnlyList<Alert> recorded, int limit)
    {
        // At least one recorded alert is on each page, or there would be no number for the next.
        var shown = recorded.Take(Math.Max(1, limit - unrecorded.Count)).ToList();
        var more = shown.Count < recorded.Count;
        return new AlertPage(sequence, [.. unrecorded, .. shown], more, more ? shown[^1].Sequence : null);
    }
}
