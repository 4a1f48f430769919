using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Analytics;

/// <summary>Reads the alarm load for pages, downloads and other programs.</summary>
internal sealed class AlarmLoadReader(IAnalyticsStore store, IOptions<StoreOptions> stores, TimeProvider clock)
{
    // Wards asked for at the same time.
    private const int AtOnce = 8;

    /// <summary>The store that answers and what its answers can be relied on for, for people.</summary>
    public ChosenStore Source => stores.Value.Chosen.TryGetValue("Analytics", out var chosen) ? chosen : new("SQLite", "");

    /// <summary>Every ward that ever had alarms, by name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<WardKey>> WardsAsync(CancellationToken cancel) =>
        [.. (await store.AlarmWardsAsync(cancel)).OrderBy(ward => ward.Ward, StringComparer.Ordinal).ThenBy(ward => ward.Region, StringComparer.Ordinal)];

    /// <summary>The alarms of a stretch of time.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<AlarmReport> ReadAsync(AlarmLoadQuery query, CancellationToken cancel)
    {
        var (asOf, loads) = await LoadsAsync(query, cancel);
        var report = new AlarmReport(query, clock.LocalTimeZone) { AsOf = asOf };
        foreach (var load in loads)
            report.Add(load);
        return report;
    }

    /// <summary>The same as a table: a line for each bed and what its alarms were about.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<AlarmLoadLine>> TableAsync(AlarmLoadQuery query, CancellationToken cancel)
    {
        var reports = new SortedDictionary<BedName, AlarmReport>();
        foreach (var load in (await LoadsAsync(query, cancel)).Loads)
        {
            var bed = new BedName(load.Region, load.Ward, load.Bed);
            if (!reports.TryGetValue(bed, out var report))
                reports[bed] = report = new(query, clock.LocalTimeZone);
            report.Add(load);
        }
        return [.. from report in reports from sign in report.Value.Signs.OrderBy(sign => sign.Key, StringComparer.Ordinal) select new AlarmLoadLine(report.Key, sign.Key, sign.Value)];
    }

    private async Task<(DateTimeOffset? AsOf, IEnumerable<AlarmLoad> Loads)> LoadsAsync(AlarmLoadQuery query, CancellationToken cancel)
    {
        var parts = query.Parts(clock.GetUtcNow()).ToList();
        WardKey[] wards = [.. (await store.AlarmWardsAsync(cancel)).Where(ward => (query.Region ?? ward.Region) == ward.Region && (query.Ward ?? ward.Ward) == ward.Ward)];
        // Where there is no ward yet, the time is still asked for.
        var asOf = wards.Length > 0 ? null : (await store.AlarmLoadAsync("", "", LoadPeriod.Day, parts[^1].Last, parts[^1].Last, cancel)).AsOf;
        var found = new List<AlarmLoad>();
        foreach (var some in wards.Chunk(AtOnce))
        {
            var views = await Task.WhenAll(some.SelectMany(ward => parts.Select(part => store.AlarmLoadAsync(ward.Region, ward.Ward, part.Period, part.First, part.Last, cancel))));
            foreach (var view in views)
            {
                asOf = asOf is null || view.AsOf < asOf ? view.AsOf : asOf;
                found.AddRange(view.Items);
            }
        }
        return (asOf, found);
    }
}
