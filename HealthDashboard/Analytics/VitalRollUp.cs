using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Analytics;

/// <summary>Works out vital signs by patient and hour, and by ward and day. A patient's readings count for the ward of now.</summary>
internal sealed class VitalRollUp(IVitalStore vitals, IAnalyticsStore store)
{
    private const int HoursADay = 24;

    /// <summary>Works out days.</summary>
    /// <param name="patients">Who was there in these days.</param>
    /// <param name="first">The first day.</param>
    /// <param name="count">How many days.</param>
    /// <param name="now">What the roll-ups are then true for.</param>
    /// <param name="cancel">Ends the run.</param>
    /// <returns>The hours in which readings of a patient came.</returns>
    public async Task<IReadOnlyDictionary<ObjectId, IReadOnlySet<DateTimeOffset>>> RunAsync(IReadOnlyList<Patient> patients, DateOnly first, int count, DateTimeOffset now, CancellationToken cancel)
    {
        // Until the run is through, nothing later than its start is sure to be in.
        var start = new DateTimeOffset(first, default, TimeSpan.Zero);
        var monitored = new Dictionary<ObjectId, IReadOnlySet<DateTimeOffset>>();
        foreach (var ward in patients.GroupBy(p => (p.Region, p.Ward)))
        {
            var daily = new Dictionary<(VitalSign, DateOnly), DailyWardVital>();
            foreach (var patient in ward)
            {
                var hourly = await HoursAsync(patient.Id, start, count, cancel);
                await store.PutAsync(hourly, start, cancel);
                monitored[patient.Id] = hourly.Select(hour => hour.Hour).ToHashSet();
                foreach (var day in hourly.GroupBy(hour => (hour.Sign, Day: DateOnly.FromDateTime(hour.Hour.UtcDateTime))))
                    daily[day.Key] = Add(daily.GetValueOrDefault(day.Key), ward.Key.Region, ward.Key.Ward, day.Key.Day, [.. day]);
            }
            await store.PutAsync([.. daily.Values], start, cancel);
        }
        await store.PutAsync(Array.Empty<HourlyVital>(), now, cancel);
        await store.PutAsync(Array.Empty<DailyWardVital>(), now, cancel);
        return monitored;
    }

    // The parts of this chart are whole hours, for each of which the store keeps a roll-up.
    private async Task<List<HourlyVital>> HoursAsync(ObjectId patient, DateTimeOffset start, int count, CancellationToken cancel)
    {
        var hourly = new List<HourlyVital>();
        foreach (var info in VitalSigns.All)
        {
            var points = await vitals.ChartAsync(patient, info.Sign, start, start.AddDays(count), count * HoursADay, cancel);
            hourly.AddRange(points.Select(p => new HourlyVital(patient, info.Sign, p.Time, p.Min, p.Max, p.Mean, p.Count)));
        }
        return hourly;
    }

    private static DailyWardVital Add(DailyWardVital? others, string region, string ward, DateOnly day, IReadOnlyList<HourlyVital> patient)
    {
        var count = patient.Sum(hour => hour.Count);
        var mean = patient.Sum(hour => hour.Mean * hour.Count) / count;
        var own = new DailyWardVital(region, ward, patient[0].Sign, day, patient.Min(h => h.Min), patient.Max(h => h.Max), mean, count, Patients: 1);
        if (others is null)
            return own;
        return own with
        {
            Min = Math.Min(others.Min, own.Min),
            Max = Math.Max(others.Max, own.Max),
            Mean = (others.Mean * others.Count + own.Mean * own.Count) / (others.Count + own.Count),
            Count = others.Count + own.Count,
            Patients = others.Patients + 1,
        };
    }
}
