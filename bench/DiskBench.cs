using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Demo;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Bench;

/// <summary>
/// Bytes on disk for each raw reading, roll-ups included, once they are packed: simulated patients with their noise and artefacts,
/// six signs every second for seven days, of which a few beds are enough to tell. The raw limit is a time and a value, 8 bytes each.
/// </summary>
internal static class DiskBench
{
    private const int Beds = 3;
    private const int Seconds = 7 * 86_400;

    private static readonly VitalSign[] Signs =
        [VitalSign.HeartRate, VitalSign.Spo2, VitalSign.RespiratoryRate, VitalSign.Systolic, VitalSign.Diastolic, VitalSign.Temperature];

    public static async Task RunAsync(Table table)
    {
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            long readings = 0;
            await using (var store = new SqliteVitalStore(
                new SqliteVitalOptions { Directory = directory.FullName }, TimeProvider.System, NullLogger<SqliteVitalStore>.Instance))
            {
                foreach (var demo in DemoHospital.Patients(Beds))
                {
                    foreach (var (sign, samples) in Measure(demo))
                    {
                        await store.ImportAsync(demo.Patient.Id, sign, samples);
                        readings += samples.Count;
                    }
                }
                await store.FoldAsync();
            }
            var bytes = directory.EnumerateFiles("vitals.db*").Sum(file => file.Length);
            table.Add("disk, bytes a raw reading", (double)bytes / readings, 16, "B", "time and value as they are");
            table.Add("disk, 77 beds, 6 signs, 7 days", $"{Table.Say((double)bytes / readings * 77 * 6 * Seconds / 1e9)} GB");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static Dictionary<VitalSign, List<Sample>> Measure(DemoPatient demo)
    {
        var samples = Signs.ToDictionary(sign => sign, _ => new List<Sample>(Seconds));
        var end = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var readings = new List<Reading>();
        for (var second = end - Seconds + 60; second < end; second++)
        {
            readings.Clear();
            demo.Monitor.Read(second, default, all: true, readings);
            foreach (var reading in readings)
            {
                if (samples.TryGetValue(reading.Sign, out var list))
                    list.Add(new Sample(reading.Time, reading.Value));
            }
        }
        return samples;
    }
}
