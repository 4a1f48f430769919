using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;

namespace HealthDashboard.Analytics;

/// <summary>Works out vital signs by patient and hour, and by ward and day. A patient's readings count for the ward of now.</summary>
internal sealed class VitalRollUp(PatientDirectory directory, IVitalStore vitals, IAnalyticsStore store)
{
    private const int Hours = 24;

    public async Task RunAsync(IReadOnlyList<DateOnly> days, DateTimeOffset now, CancellationToken cancel)
    {
        var wards = directory.All.Select(p => p.Patient).GroupBy(p => (p.Region, p.Ward)).ToArray();
        foreach (var day in days)
        {
            var daily = new List<DailyWardVital>();
            foreach (var ward in wards)
                daily.AddRange(await RunAsync(ward.Key.Region, ward.Key.Ward, [.. ward], day, now, cancel));
            await store.PutAsync(daily, now, cancel);
        }
    }

    private async Task<IEnumerable<DailyWardVital>> RunAsync(
        string region, string ward, IReadOnlyList<Patient> patients, DateOnly day, DateTimeOffset now, CancellationToken cancel)
    {
        var hourly = new List<HourlyVital>();
        foreach (var patient in patients)
        {
            foreach (var info in VitalSigns.All)
                hourly.AddRange(await HoursAsync(patient.Id, info.Sign, day, cancel));
        }
        await store.PutAsync(hourly, now, cancel);
        return hourly.GroupBy(hour => hour.Sign).Select(hours => Combine(region, ward, hours.Key, day, [.. hours]));
    }

    // The parts of this chart are the hours of the day, for each of which the store keeps a roll-up.
    private async Task<IEnumerable<HourlyVital>> HoursAsync(ObjectId patient, VitalSign sign, DateOnly day, CancellationToken cancel)
    {
        var start = new DateTimeOffset(day, default, TimeSpan.Zero);
        var points = await vitals.ChartAsync(patient, sign, start, start.AddDays(1), Hours, cancel);
        return points.Select(point => new HourlyVital(patient, sign, point.Time, point.Min, point.Max, point.Mean, point.Count));
    }

    private static DailyWardVital Combine(string region, string ward, VitalSign sign, DateOnly day, IReadOnlyList<HourlyVital> hours)
    {
        var count = hours.Sum(hour => hour.Count);
        return new DailyWardVital(
            region, ward, sign, day,
            hours.Min(hour => hour.Min),
            hours.Max(hour => hour.Max),
            hours.Sum(hour => hour.Mean * hour.Count) / count,
            count,
            hours.Select(hour => hour.PatientId).Distinct().Count());
    }
}
