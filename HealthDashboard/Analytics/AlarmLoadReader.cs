using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Analytics;

/// <summary>Reads the alarm load for pages, downloads and other programs.</summary>
internal sealed class AlarmLoadReader(IAnalyticsStore store, IOptions<StoreOptions> stores, TimeProvider clock)
{
    // Wards read at the same time.
    private const int AtOnce = 8;

    /// <summary>The store that answers and what its answers can be relied on for, for people.</summary>
    public ChosenStore Source => stores.Value.Chosen.TryGetValue("Analytics", out var chosen) ? chosen : new("SQLite", "");

    /// <summary>Every ward that ever had alarms and that the caller may see, by name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<IReadOnlyList<WardKey>> WardsAsync(ClaimsPrincipal user, CancellationToken cancel)
    {
        var wards = AccountWards.Of(user);
        return
        [
            .. (await store.AlarmWardsAsync(cancel)).Where(ward => wards.Has(ward.Region, ward.Ward))
                .OrderBy(ward => ward.Ward, StringComparer.Ordinal).ThenBy(ward => ward.Region, StringComparer.Ordinal),
        ];
    }

    /// <summary>The alarms of a stretch of time, in the caller's wards.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<AlarmReport> ReadAsync(AlarmLoadQuery query, ClaimsPrincipal user, CancellationToken cancel)
    {
        var report = new AlarmReport(query, clock.LocalTimeZone);
        report.AsOf = await EachAsync(query, user, report.Add, cancel);
        return report;
    }

    /// <summary>The same as a table: a line for each bed and what its alarms were about; and how many rows of sums are damaged.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    public async Task<(IReadOnlyList<AlarmLoadLine> Lines, int Damaged)> TableAsync(AlarmLoadQuery query, ClaimsPrincipal user, CancellationToken cancel)
    {
        var reports = new SortedDictionary<BedName, AlarmReport>();
        await EachAsync(query, user, load =>
        {
            var bed = new BedName(load.Region, load.Ward, load.Bed);
            if (!reports.TryGetValue(bed, out var report))
                reports[bed] = report = new(query, clock.LocalTimeZone);
            report.Add(load);
        }, cancel);
        return (
            [.. from report in reports from sign in report.Value.Signs.OrderBy(sign => sign.Key, StringComparer.Ordinal) select new AlarmLoadLine(report.Key, sign.Key, sign.Value)],
            reports.Values.Sum(report => report.Damaged));
    }

    // Some wards after the other, so that what is in memory at a time does not grow with the hospital.
    private async Task<DateTimeOffset?> EachAsync(AlarmLoadQuery query, ClaimsPrincipal user, Action<AlarmLoad> take, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        // Read first: what is read afterwards may have more than it says, never less.
        var asOf = (await store.AlarmLoadAsync("", "", LoadPeriod.Day, today, today, cancel)).AsOf;
        var parts = query.Parts(asOf < now ? asOf.Value : now).ToList();
        var wards = (await WardsAsync(user, cancel)).Where(ward => (query.Region ?? ward.Region) == ward.Region && (query.Ward ?? ward.Ward) == ward.Ward);
        foreach (var some in wards.Chunk(AtOnce))
        {
            var views = await Task.WhenAll(some.SelectMany(ward => parts.Select(part => store.AlarmLoadAsync(ward.Region, ward.Ward, part.Period, part.First, part.Last, cancel))));
            foreach (var load in views.SelectMany(view => view.Items))
                take(load);
        }
        return asOf;
    }
}
