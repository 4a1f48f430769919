using System.Diagnostics;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.WhatIf;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Bench;

/// <summary>
/// What-if over beds that send six signs at 1 Hz, through the engine as the page calls it, from the embedded stores. The raw limit is reading the same
/// readings from the store and nothing else, on as many processors. The processor's time tells more where other work is on the machine.
/// </summary>
internal static class WhatIfBench
{
    private const int Beds = 6;
    private const int Hours = 24;
    private const int Wanted = 77 * 7 * 24;

    private static readonly VitalSign[] Signs =
        [VitalSign.HeartRate, VitalSign.RespiratoryRate, VitalSign.Spo2, VitalSign.Systolic, VitalSign.Diastolic, VitalSign.MeanPressure];

    public static async Task RunAsync(Table table)
    {
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            await using var vitals = new SqliteVitalStore(new SqliteVitalOptions { Directory = directory.FullName }, TimeProvider.System, NullLogger<SqliteVitalStore>.Instance);
            using var records = PatientSchema.Open(Path.Combine(directory.FullName, "patients.db"));
            using var log = AlertSchema.Open(Path.Combine(directory.FullName, "alerts.db"));
            var patients = new SqlitePatientStore(records);
            var end = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var beds = await patients.AddAsync([.. Enumerable.Range(0, Beds).Select(PatientOf)]);
            foreach (var bed in beds)
                await FillAsync(vitals, bed.Id, end);
            var engine = new WhatIfEngine(
                vitals, new PatientPastReader(new SqliteAlertStore(log, NullLogger<SqliteAlertStore>.Instance), patients, Options.Create(new AlarmOptions()), TimeProvider.System), AlarmRules.Default);
            var (from, to) = (DateTimeOffset.FromUnixTimeSeconds(end - (Hours * 3600)), DateTimeOffset.FromUnixTimeSeconds(end));

            var raw = await MeasureAsync(() => ReadAsync(vitals, beds, from, to));
            foreach (var (what, proposal) in new[]
            {
                ("as it was", Proposal.Nothing),
                ("SpO2 low 88", Proposal.Nothing.With(VitalSign.Spo2, AlertDirection.Low, 88)),
            })
            {
                var plan = new WhatIfPlan([.. beds.Select(bed => new Chosen(bed, IsOfWard: true))], from, to, proposal);
                var ours = await MeasureAsync(async () => (await engine.RunAsync(plan, _ => { }, CancellationToken.None)).Readings);
                table.Add($"what-if, {what}, {WhatIfEngine.Workers} at once", ours.PerSecond, raw.PerSecond, "readings/s", "reading alone");
                table.Add($"what-if, {what}: processor for a reading", $"{ours.NanosecondsOfProcessor:0} ns", $"{raw.NanosecondsOfProcessor:0} ns (reading alone)");
                table.Add($"what-if, {what}: 77 beds, 7 days, 6 signs at 1 Hz", $"{Wanted * 3600.0 * Signs.Length / ours.PerSecond:0} s");
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            directory.Delete(recursive: true);
        }
    }

    private static Patient PatientOf(int number) => new()
    {
        Id = ObjectId.New(TimeProvider.System),
        Mrn = $"W-{number}",
        Region = "North",
        Ward = "Bench",
        GivenName = "Ada",
        FamilyName = "Quist",
        BirthDate = new DateOnly(1960, 1, 1),
    };

    // Noise around what is calm, and a dip of half a minute in each half hour.
    private static async Task FillAsync(SqliteVitalStore vitals, ObjectId patient, long end)
    {
        var chance = new Random(patient.GetHashCode());
        foreach (var sign in Signs)
        {
            var (calm, noise) = sign switch
            {
                VitalSign.HeartRate => (75, 6),
                VitalSign.RespiratoryRate => (15, 2),
                VitalSign.Spo2 => (96, 2),
                VitalSign.Systolic => (125, 8),
                VitalSign.Diastolic => (72, 6),
                _ => (90, 6),
            };
            var samples = new List<Sample>();
            for (var second = end - ((Hours + 1) * 3600); second < end; second++)
                samples.Add(new Sample(second * 1000, sign == VitalSign.Spo2 && second % 1800 < 30 ? 86 : calm + chance.Next(-noise, noise + 1)));
            await vitals.ImportAsync(patient, sign, samples);
        }
    }

    private static async Task<long> ReadAsync(SqliteVitalStore vitals, IReadOnlyList<Patient> beds, DateTimeOffset from, DateTimeOffset to)
    {
        var read = 0L;
        await Parallel.ForEachAsync(beds, new ParallelOptions { MaxDegreeOfParallelism = WhatIfEngine.Workers }, async (bed, cancel) =>
        {
            for (var start = from; start < to; start = start.AddHours(6))
            {
                foreach (var samples in await Task.WhenAll(Signs.Select(sign => vitals.ReadAsync(bed.Id, sign, start, start.AddHours(6), cancel))))
                    Interlocked.Add(ref read, samples.Count);
            }
        });
        return read;
    }

    private static async Task<(double PerSecond, double NanosecondsOfProcessor)> MeasureAsync(Func<Task<long>> run)
    {
        await run();
        var (started, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var readings = await run();
        return (readings / Stopwatch.GetElapsedTime(started).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalNanoseconds / readings);
    }
}
