using System.Diagnostics;
using System.Globalization;
using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.Analytics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Bench;

/// <summary>
/// The alarm load of a year as the page asks for it, in hospitals of 77 and 1,600 beds with three alarms per bed and hour. The raw limit is SQLite
/// alone: the same rows read, and nothing added up.
/// </summary>
internal static class AnalyticsBench
{
    private const int Calls = 15;
    private const int BedsAWard = 22;
    private const int AlarmsADay = 72;
    private static readonly DateOnly LastDay = new(2026, 11, 27);
    private static readonly DateTimeOffset Now = new(LastDay.AddDays(1), new TimeOnly(10, 0), TimeSpan.Zero);
    private static readonly string[] Signs = ["spo2", "heartRate", "respiratoryRate", "systolic", Alert.ScoreSign, Alert.SensorsSign];

    public static async Task RunAsync(Table table)
    {
        foreach (var beds in (int[])[77, 1_600])
        {
            var directory = Directory.CreateTempSubdirectory("bench-");
            try
            {
                using var database = AnalyticsSchema.Open(Path.Combine(directory.FullName, "analytics.db"));
                var store = new SqliteAnalyticsStore(database);
                await FillAsync(store, beds);
                var everywhere = new ClaimsPrincipal(new ClaimsIdentity([new Claim(AccountWards.Claim, AccountWards.Everywhere)]));
                var reader = new AlarmLoadReader(store, Options.Create(new StoreOptions()), new Clock());
                foreach (var (what, days) in new[] { ("a week", 7), ("90 days", 90), ("a year", 365) })
                {
                    var query = AlarmLoadQuery.Of(Now.AddDays(-days), Now);
                    var alarms = 0;
                    var ours = await MeasureAsync(async () => alarms = (await reader.ReadAsync(query, everywhere, default)).All.Raised);
                    var raw = await MeasureAsync(() => RowsAsync(store, query));
                    table.Add(
                        $"{beds:#,0} beds, {what}, p50", $"{Table.Say(ours)} ms", $"{Table.Say(raw)} ms (the rows alone), {alarms.ToString("#,0", CultureInfo.InvariantCulture)} alarms",
                        string.Create(CultureInfo.InvariantCulture, $"{ours / raw:0.0}"));
                }
            }
            finally
            {
                SqliteConnection.ClearAllPools();
                directory.Delete(recursive: true);
            }
        }
    }

    private static async Task<double> MeasureAsync(Func<Task> work)
    {
        await work();
        var took = new double[Calls];
        for (var i = 0; i < Calls; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await work();
            took[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Table.Percentile(took, 0.5);
    }

    private static async Task RowsAsync(SqliteAnalyticsStore store, AlarmLoadQuery query)
    {
        foreach (var ward in await store.AlarmWardsAsync())
        {
            foreach (var (period, first, last) in query.Parts(Now))
                await store.AlarmLoadAsync(ward.Region, ward.Ward, period, first, last);
        }
    }

    // A bed's days repeat after a while: what is read is as long as it is in a hospital.
    private static async Task FillAsync(SqliteAnalyticsStore store, int beds)
    {
        const int Different = 200;
        var random = new Random(1);
        var days = Enumerable.Range(0, Different).Select(_ => DayOf(random)).ToArray();
        for (var first = 0; first < beds; first += BedsAWard)
        {
            var ward = $"Ward {first / BedsAWard}";
            var loads = new List<AlarmLoad>();
            for (var bed = first; bed < Math.Min(beds, first + BedsAWard); bed++)
            {
                var months = new Dictionary<DateOnly, AlarmTally>();
                for (var day = LastDay.AddDays(-370); day <= LastDay; day = day.AddDays(1))
                {
                    var (packed, raised) = days[(bed + (day.DayNumber * 7)) % Different];
                    loads.Add(new("North", ward, $"B{bed}", LoadPeriod.Day, day, raised, packed));
                    var month = new DateOnly(day.Year, day.Month, 1);
                    if (!months.TryGetValue(month, out var tally))
                        months[month] = tally = new();
                    tally.Add(packed);
                }
                loads.AddRange(months.Where(month => month.Key < new DateOnly(LastDay.Year, LastDay.Month, 1)).Select(month =>
                    new AlarmLoad("North", ward, $"B{bed}", LoadPeriod.Month, month.Key, month.Value.Raised, month.Value.Pack())));
            }
            await store.PutAsync(loads, Now);
        }
    }

    private static (byte[] Packed, int Raised) DayOf(Random random)
    {
        var tally = new AlarmTally();
        for (var hour = 0; hour < AlarmTally.Hours; hour++)
            tally.Occupy(hour);
        for (var i = 0; i < AlarmsADay; i++)
        {
            var raised = new DateTimeOffset(LastDay, default, TimeSpan.Zero).AddSeconds(random.Next(86_400));
            tally.Add(new Alert
            {
                Sign = Signs[random.Next(Signs.Length)],
                Priority = (AlertPriority)random.Next(1, 4),
                Text = "",
                RaisedAt = raised,
                EndedAt = raised.AddSeconds(random.Next(200)),
                AcknowledgedAt = random.Next(3) == 0 ? raised.AddSeconds(random.Next(400)) : null,
                Escalation = random.Next(40) == 0 ? 1 : 0,
            });
        }
        return (tally.Pack(), tally.Raised);
    }

    private sealed class Clock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
