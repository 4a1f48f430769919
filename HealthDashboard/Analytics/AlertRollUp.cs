using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Analytics;

/// <summary>
/// Counts alerts by the day they were raised on and by where their patient was then: with their response times by ward, and added up by bed.
/// </summary>
internal sealed class AlertRollUp(IAlertStore alerts, PastStays past, AlarmLoadRollUp loads, IAnalyticsStore store)
{
    private const int PageSize = 1000;

    // Nodes' clocks may differ, and a change may be recorded late.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromHours(1);
    private long lastSequence = -1;

    /// <summary>Works out these days, and any other day of which an alert has changed since the last run.</summary>
    /// <param name="present">Who was there in these days.</param>
    /// <param name="monitored">The hours in which readings of a patient came.</param>
    /// <param name="first">The first day.</param>
    /// <param name="count">How many days.</param>
    /// <param name="last">When the last run went through, of this program or an earlier one; null when none ever did.</param>
    /// <param name="now">What the roll-ups are then true for.</param>
    /// <param name="cancel">Ends the run.</param>
    public async Task RunAsync(
        IReadOnlyList<Patient> present,
        IReadOnlyDictionary<ObjectId, IReadOnlySet<DateTimeOffset>> monitored,
        DateOnly first,
        int count,
        DateTimeOffset? last,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        // Asked first: what changes while this runs has a greater number and is the next run's.
        var newest = (await alerts.QueryAsync(new AlertQuery { Limit = 1 }, cancel)).FirstOrDefault()?.Sequence ?? 0;
        if (lastSequence < 0 && last is { } before)
            lastSequence = await SequenceAtAsync(before - ClocksDiffer, newest, cancel);
        var items = new List<DailyAlerts>();
        // Until the run is through, nothing later than its start is sure to be in.
        var start = new DateTimeOffset(first, default, TimeSpan.Zero);
        if (newest != lastSequence || count > 1)
        {
            var changed = lastSequence < 0 ? [] : await ReadAsync(new AlertQuery { Since = lastSequence }, cancel);
            List<DateOnly> days = [.. Enumerable.Range(0, count).Select(first.AddDays).Union(changed.Select(DayOf))];
            Dictionary<ObjectId, IReadOnlyList<PastStay>> stays = new(await past.OfAsync(present, cancel));
            var wards = await store.AlarmWardsAsync(cancel);
            foreach (var day in days)
            {
                var placed = await PlaceAsync(await ReadDayAsync(day, cancel), stays, cancel);
                items.AddRange(Count(day, placed));
                var isWhole = count > 1 && day >= first;
                await loads.PutDayAsync(day, wards, placed, PastStays.Occupied(day, stays, monitored, now), isWhole, start, cancel);
            }
            await loads.PutMonthsAsync(days, now, start, cancel);
        }
        await loads.EndAsync(now, cancel);
        await store.PutAsync(items, now, cancel);
        lastSequence = newest;
    }

    // The number of the last change before a time, by halves: the log is in the order of its times.
    private async Task<long> SequenceAtAsync(DateTimeOffset time, long newest, CancellationToken cancel)
    {
        var (low, high) = (0L, newest);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (await alerts.ReadChangesAsync(middle, 1, cancel) is [var next, ..] && next.Time < time)
                low = next.Sequence;
            else
                high = middle;
        }
        return low;
    }

    private Task<List<Alert>> ReadDayAsync(DateOnly day, CancellationToken cancel)
    {
        var start = new DateTimeOffset(day, default, TimeSpan.Zero);
        return ReadAsync(new AlertQuery { From = start, To = start.AddDays(1) }, cancel);
    }

    private async Task<List<Alert>> ReadAsync(AlertQuery query, CancellationToken cancel)
    {
        var all = new List<Alert>();
        while (true)
        {
            var page = await alerts.QueryAsync(query with { Limit = PageSize }, cancel);
            all.AddRange(page);
            if (page.Count < PageSize)
                return all;
            query = query with { Before = page[^1].Sequence };
        }
    }

    // What is of a patient whose record is gone belongs nowhere.
    private async Task<List<PlacedAlert>> PlaceAsync(List<Alert> ofDay, Dictionary<ObjectId, IReadOnlyList<PastStay>> stays, CancellationToken cancel)
    {
        var placed = new List<PlacedAlert>();
        foreach (var alert in ofDay.DistinctBy(alert => alert.Id))
        {
            if (WardGroup.Of(alert) is { } ward)
            {
                placed.Add(new(alert, new Place(ward.Region, ward.Ward, null, null)));
                continue;
            }
            if (!stays.TryGetValue(alert.PatientId, out var theirs))
                stays[alert.PatientId] = theirs = await past.OfAsync(alert.PatientId, cancel);
            if (PastStays.At(theirs, alert.RaisedAt) is { } place)
                placed.Add(new(alert, place));
        }
        return placed;
    }

    private static IEnumerable<DailyAlerts> Count(DateOnly day, List<PlacedAlert> placed) =>
        from one in placed
        group one.Alert by (one.Place.Region, one.Place.Ward, one.Alert.Priority) into same
        select Count(day, same.Key.Region, same.Key.Ward, same.Key.Priority, [.. same]);

    private static DailyAlerts Count(DateOnly day, string region, string ward, AlertPriority priority, IReadOnlyList<Alert> same)
    {
        double[] responses = [.. same.Where(a => a.AcknowledgedAt is not null).Select(a => (a.AcknowledgedAt!.Value - a.RaisedAt).TotalSeconds).Order()];
        return new DailyAlerts(
            region, ward, day, priority, same.Count, responses.Length,
            responses.Length == 0 ? null : Median(responses),
            responses.Length == 0 ? null : responses[^1]);
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private static DateOnly DayOf(Alert alert) => DateOnly.FromDateTime(alert.RaisedAt.UtcDateTime);
}
