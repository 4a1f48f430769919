using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Analytics;

/// <summary>Counts alerts and their response times by ward and the day they were raised on.</summary>
internal sealed class AlertRollUp(PatientDirectory directory, IAlertStore alerts, IAnalyticsStore store)
{
    private const int PageSize = 1000;
    private long lastSequence = -1;

    /// <summary>Works out these days, and any other day of which an alert has changed since the last run.</summary>
    public async Task RunAsync(DateOnly first, int count, DateTimeOffset now, CancellationToken cancel)
    {
        // Asked first: what changes while this runs has a greater number and is the next run's.
        var newest = (await alerts.QueryAsync(new AlertQuery { Limit = 1 }, cancel)).FirstOrDefault()?.Sequence ?? 0;
        var items = new List<DailyAlerts>();
        if (newest != lastSequence || count > 1)
        {
            var changed = lastSequence < 0 ? [] : await ReadAsync(new AlertQuery { Since = lastSequence }, cancel);
            foreach (var day in Enumerable.Range(0, count).Select(first.AddDays).Union(changed.Select(DayOf)))
                items.AddRange(await CountAsync(day, await ReadDayAsync(day, cancel), cancel));
        }
        await store.PutAsync(items, now, cancel);
        lastSequence = newest;
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

    private async Task<IEnumerable<DailyAlerts>> CountAsync(DateOnly day, List<Alert> ofDay, CancellationToken cancel)
    {
        var patients = new Dictionary<ObjectId, Patient>();
        foreach (var id in ofDay.Where(alert => alert.Group is null).Select(alert => alert.PatientId).Distinct())
        {
            if (await directory.FindAsync(id, cancel) is { } known)
                patients[id] = known.Patient;
        }
        return from alert in ofDay.DistinctBy(alert => alert.Id)
               let ward = WardGroup.Of(alert) ?? (patients.GetValueOrDefault(alert.PatientId) is { } patient ? WardGroup.Of(patient) : null)
               where ward is not null
               group alert by (ward.Region, ward.Ward, alert.Priority) into same
               select Count(day, same.Key.Region, same.Key.Ward, same.Key.Priority, [.. same]);
    }

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
