using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Analytics;

/// <summary>An alert and where its patient was when it was raised.</summary>
/// <param name="Alert">The alert as it is now.</param>
/// <param name="Place">The place; without a bed for an alert on a whole ward.</param>
internal readonly record struct PlacedAlert(Alert Alert, Place Place);

/// <summary>Adds alarms up by bed: days from the alerts, and months that are over from their days.</summary>
internal sealed class AlarmLoadRollUp(IAnalyticsStore store)
{
    private readonly record struct BedKey(string Region, string Ward, string Bed)
    {
        public static BedKey Of(Place place) => new(place.Region, place.Ward, place.Bed ?? "");
    }

    /// <summary>Works out a day.</summary>
    /// <param name="day">The day, UTC.</param>
    /// <param name="wards">The wards that may have rows of the day already.</param>
    /// <param name="alerts">All that were raised on it.</param>
    /// <param name="occupied">
    /// Which beds somebody lay in, by hour; where that is not everybody of that day, <paramref name="isWhole"/> is false and what was known stays.
    /// </param>
    /// <param name="isWhole">Whether <paramref name="occupied"/> is of everybody.</param>
    /// <param name="asOf">What the view is sure to be true for while this is not through.</param>
    /// <param name="cancel">Ends the work.</param>
    public async Task PutDayAsync(
        DateOnly day, IReadOnlyList<WardKey> wards, IEnumerable<PlacedAlert> alerts, IEnumerable<(Place Place, int Hour)> occupied, bool isWhole, DateTimeOffset asOf, CancellationToken cancel)
    {
        var beds = new Dictionary<BedKey, AlarmTally>();
        foreach (var (alert, place) in alerts)
            Of(beds, BedKey.Of(place)).Add(alert);
        var hours = occupied.Select(one => (Bed: BedKey.Of(one.Place), one.Hour)).ToHashSet();
        var stored = new Dictionary<BedKey, ReadOnlyMemory<byte>>();
        foreach (var ward in wards)
        {
            foreach (var before in (await store.AlarmLoadAsync(ward.Region, ward.Ward, LoadPeriod.Day, day, day, cancel)).Items)
            {
                var bed = new BedKey(before.Region, before.Ward, before.Bed);
                stored[bed] = before.Tally;
                // A bed that has nothing any more is written as such.
                Of(beds, bed);
                if (!isWhole)
                    hours.UnionWith(HoursOf(before).Select(hour => (bed, hour)));
            }
        }
        foreach (var (bed, hour) in hours)
            Of(beds, bed).Occupy(hour);
        await PutAsync(beds, stored, LoadPeriod.Day, day, asOf, cancel);
    }

    /// <summary>Adds up the months of these days, those that are over.</summary>
    public async Task PutMonthsAsync(IEnumerable<DateOnly> days, DateTimeOffset now, DateTimeOffset asOf, CancellationToken cancel)
    {
        var current = MonthOf(DateOnly.FromDateTime(now.UtcDateTime));
        List<DateOnly> months = [.. days.Select(MonthOf).Distinct().Where(month => month < current)];
        var wards = months.Count > 0 ? await store.AlarmWardsAsync(cancel) : [];
        foreach (var month in months)
        {
            foreach (var ward in wards)
            {
                var view = await store.AlarmLoadAsync(ward.Region, ward.Ward, LoadPeriod.Day, month, month.AddMonths(1).AddDays(-1), cancel);
                var beds = new Dictionary<BedKey, AlarmTally>();
                // A damaged day is left out: it is known as such wherever days are shown.
                foreach (var load in view.Items.Where(load => AlarmTally.Unpack(load.Tally) is not null))
                    Of(beds, new(load.Region, load.Ward, load.Bed)).Add(load.Tally);
                await PutAsync(beds, [], LoadPeriod.Month, month, asOf, cancel);
            }
        }
    }

    /// <summary>Says up to when all of it is true.</summary>
    public Task EndAsync(DateTimeOffset now, CancellationToken cancel) => store.PutAsync(Array.Empty<AlarmLoad>(), now, cancel);

    // A damaged row says nothing, and is overwritten.
    private static IEnumerable<int> HoursOf(AlarmLoad load) =>
        AlarmTally.Unpack(load.Tally) is { } tally ? Enumerable.Range(0, AlarmTally.Hours).Where(hour => tally.Occupied[hour] > 0) : [];

    // What is stored already is not written again: most beds of a day do not change from one minute to the next.
    private Task PutAsync(
        Dictionary<BedKey, AlarmTally> beds, Dictionary<BedKey, ReadOnlyMemory<byte>> stored, LoadPeriod period, DateOnly start, DateTimeOffset asOf, CancellationToken cancel) => store.PutAsync(
        [
            .. from bed in beds
               let packed = bed.Value.Pack()
               where !stored.TryGetValue(bed.Key, out var same) || !same.Span.SequenceEqual(packed)
               select new AlarmLoad(bed.Key.Region, bed.Key.Ward, bed.Key.Bed, period, start, bed.Value.Raised, packed),
        ],
        asOf,
        cancel);

    private static AlarmTally Of(Dictionary<BedKey, AlarmTally> beds, BedKey bed)
    {
        if (!beds.TryGetValue(bed, out var tally))
            beds[bed] = tally = new();
        return tally;
    }

    private static DateOnly MonthOf(DateOnly day) => new(day.Year, day.Month, 1);
}
