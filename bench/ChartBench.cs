using System.Diagnostics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Vitals;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Bench;

/// <summary>A chart of 600 points over stretches of a sign at 1 Hz, ending at random moments. The raw limit is reading 600 rows.</summary>
internal static class ChartBench
{
    private const int Points = 600;
    private const int Queries = 300;
    private const int Days = 366;

    private static readonly (string Name, TimeSpan Length)[] Stretches =
        [("1 hour", TimeSpan.FromHours(1)), ("1 day", TimeSpan.FromDays(1)), ("7 days", TimeSpan.FromDays(7)), ("1 year", TimeSpan.FromDays(365))];

    public static async Task RunAsync(Table table)
    {
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            await using var store = new SqliteVitalStore(
                new SqliteVitalOptions { Directory = directory.FullName }, TimeProvider.System, NullLogger<SqliteVitalStore>.Instance);
            var patient = ObjectId.New(TimeProvider.System);
            var end = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            await FillAsync(store, patient, end);

            var raw = RawSqlite.ReadMilliseconds(Points);
            var random = new Random(1);
            double? hour = null;
            foreach (var (name, length) in Stretches)
            {
                var times = new List<double>();
                for (var i = 0; i < Queries; i++)
                {
                    var to = DateTimeOffset.FromUnixTimeSeconds(end - (long)(random.NextDouble() * Math.Min(3600, length.TotalSeconds)));
                    var start = Stopwatch.GetTimestamp();
                    var points = await store.ChartAsync(patient, VitalSign.HeartRate, to - length, to, Points);
                    if (i >= Queries / 10)
                        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    if (points.Count is < Points / 4 or > Points)
                        throw new InvalidOperationException($"{name}: {points.Count} points.");
                }
                var median = Table.Percentile(times, 0.5);
                hour ??= median;
                table.Add($"chart of {name}, p50", median, raw, "ms", $"{Points} rows from SQLite");
                table.Add($"chart of {name}, p99 and p50 to the hour's", $"{Table.Say(Table.Percentile(times, 0.99))} ms", "", $"{Table.Say(median / hour.Value)} x");
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(SqliteVitalStore store, ObjectId patient, long end)
    {
        const int Day = 86_400;
        for (var day = Days; day > 0; day--)
        {
            var from = end - ((long)day * Day);
            await store.ImportAsync(
                patient, VitalSign.HeartRate, [.. Enumerable.Range(0, Day).Select(i => new Sample((from + i) * 1000, Hospital.Value(0, from + i)))]);
        }
        await store.FoldAsync();
    }
}
