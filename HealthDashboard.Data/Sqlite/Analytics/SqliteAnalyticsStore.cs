using System.Data.Common;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Analytics;

/// <summary>Roll-ups in <c>analytics.db</c>. A view's items and the time they are true for are written, and read, in one step.</summary>
internal sealed class SqliteAnalyticsStore(SqliteDatabase database) : IAnalyticsStore
{
    private const string Hourly = "hourly_vital";
    private const string Daily = "daily_ward_vital";
    private const string Alerts = "daily_alerts";
    private const string Load = "alarm_load";

    public Task PutAsync(IReadOnlyList<HourlyVital> items, DateTimeOffset asOf, CancellationToken cancel = default) => PutAsync(
        Hourly,
        "(@PatientId, @Sign, @Hour, @Min, @Max, @Mean, @Count)",
        items.Select(i => new { i.PatientId, Sign = (int)i.Sign, i.Hour, i.Min, i.Max, i.Mean, i.Count }),
        asOf,
        cancel);

    public Task PutAsync(IReadOnlyList<DailyWardVital> items, DateTimeOffset asOf, CancellationToken cancel = default) => PutAsync(
        Daily,
        "(@Region, @Ward, @Sign, @Day, @Min, @Max, @Mean, @Count, @Patients)",
        items.Select(i => new { i.Region, i.Ward, Sign = (int)i.Sign, i.Day, i.Min, i.Max, i.Mean, i.Count, i.Patients }),
        asOf,
        cancel);

    public Task PutAsync(IReadOnlyList<DailyAlerts> items, DateTimeOffset asOf, CancellationToken cancel = default) => PutAsync(
        Alerts,
        "(@Region, @Ward, @Day, @Priority, @Raised, @Acknowledged, @Median, @Longest)",
        items.Select(i => new
        {
            i.Region,
            i.Ward,
            i.Day,
            Priority = (int)i.Priority,
            i.Raised,
            i.Acknowledged,
            Median = i.MedianResponseSeconds,
            Longest = i.LongestResponseSeconds,
        }),
        asOf,
        cancel);

    public Task PutAsync(IReadOnlyList<AlarmLoad> items, DateTimeOffset asOf, CancellationToken cancel = default) => PutAsync(
        Load,
        "(@Region, @Ward, @Period, @Start, @Bed, @Raised, @Tally)",
        items.Select(i => new { i.Region, i.Ward, Period = (int)i.Period, i.Start, i.Bed, i.Raised, Tally = i.Tally.ToArray() }),
        asOf,
        cancel,
        (connection, transaction) => connection.Execute(
            "INSERT OR IGNORE INTO alarm_ward VALUES (@Region, @Ward)", items.Select(i => new WardKey(i.Region, i.Ward)).Distinct(), transaction));

    public Task<AnalyticsView<HourlyVital>> HourlyAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default) => ViewAsync(
        Hourly,
        "SELECT hour, min, max, mean, count FROM hourly_vital WHERE patient_id = @patientId AND sign = @sign AND hour >= @from AND hour < @to ORDER BY hour",
        new { patientId, sign = (int)sign, from, to },
        (row, fields) => fields.Whole(
            $"{patientId} {sign}",
            new HourlyVital(
                patientId, sign, fields.Need("hour", static from => from.GetTime(0)), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3), row.GetInt64(4))),
        cancel);

    public Task<AnalyticsView<DailyWardVital>> DailyAsync(
        string region, string ward, VitalSign sign, DateOnly from, DateOnly to, CancellationToken cancel = default) => ViewAsync(
        Daily,
        """
        SELECT day, min, max, mean, count, patients FROM daily_ward_vital
        WHERE region = @region AND ward = @ward AND sign = @sign AND day BETWEEN @from AND @to ORDER BY day
        """,
        new { region, ward, sign = (int)sign, from, to },
        (row, fields) => fields.Whole(
            $"{region}/{ward} {sign}",
            new DailyWardVital(
                region,
                ward,
                sign,
                fields.Need("day", static from => from.GetDay(0)),
                row.GetDouble(1),
                row.GetDouble(2),
                row.GetDouble(3),
                row.GetInt64(4),
                fields.Need("patients", static from => from.GetInt32(5)))),
        cancel);

    public Task<AnalyticsView<DailyAlerts>> AlertsAsync(
        string region, string ward, DateOnly from, DateOnly to, CancellationToken cancel = default) => ViewAsync(
        Alerts,
        """
        SELECT day, priority, raised, acknowledged, median_response, longest_response FROM daily_alerts
        WHERE region = @region AND ward = @ward AND day BETWEEN @from AND @to ORDER BY day, priority
        """,
        new { region, ward, from, to },
        (row, fields) => fields.Whole(
            $"{region}/{ward}",
            new DailyAlerts(
                region,
                ward,
                fields.Need("day", static from => from.GetDay(0)),
                fields.Need("priority", static from => from.GetNumber<AlertPriority>(1)),
                fields.Need("raised", static from => from.GetInt32(2)),
                fields.Need("acknowledged", static from => from.GetInt32(3)),
                row.GetDoubleOrNull(4),
                row.GetDoubleOrNull(5))),
        cancel);

    public Task<AnalyticsView<AlarmLoad>> AlarmLoadAsync(
        string region, string ward, LoadPeriod period, DateOnly from, DateOnly to, CancellationToken cancel = default) => ViewAsync(
        Load,
        """
        SELECT start, bed, raised, tally FROM alarm_load
        WHERE region = @region AND ward = @ward AND period = @period AND start BETWEEN @from AND @to ORDER BY start, bed
        """,
        new { region, ward, period = (int)period, from, to },
        (row, fields) => fields.Whole(
            $"{region}/{ward}",
            new AlarmLoad(
                region, ward, row.GetString(1), period, fields.Need("start", static from => from.GetDay(0)), fields.Need("raised", static from => from.GetInt32(2)),
                row.GetFieldValue<byte[]>(3))),
        cancel);

    public Task<IReadOnlyList<WardKey>> AlarmWardsAsync(CancellationToken cancel = default) => database.ReadAsync<IReadOnlyList<WardKey>>(
        (connection, transaction) => connection.Rows(
            "SELECT region, ward FROM alarm_ward ORDER BY region, ward", null, row => new WardKey(row.GetString(0), row.GetString(1)), transaction),
        cancel);

    private Task PutAsync(
        string view, string values, IEnumerable<object> items, DateTimeOffset asOf, CancellationToken cancel, Action<DbConnection, DbTransaction>? besides = null) =>
        database.WriteAsync(
            (connection, transaction) =>
            {
                connection.Execute($"INSERT OR REPLACE INTO {view} VALUES {values}", items, transaction);
                besides?.Invoke(connection, transaction);
                // A late writer does not make a view older than it is.
                return connection.Execute(
                    "INSERT INTO as_of VALUES (@view, @asOf) ON CONFLICT (view) DO UPDATE SET time = max(time, excluded.time)",
                    new { view, asOf },
                    transaction);
            },
            cancel);

    private Task<AnalyticsView<T>> ViewAsync<T>(
        string view, string select, object parameters, Func<DbDataReader, RecordReader<DbDataReader>, T> map, CancellationToken cancel) => database.ReadAsync(
        (connection, transaction) => new AnalyticsView<T>(
            connection.One("SELECT time FROM as_of WHERE view = @view", new { view }, row => (DateTimeOffset?)row.GetTime(0), transaction),
            connection.Rows(select, parameters, row => map(row, new(database.Damaged, view, row)), transaction)),
        cancel);
}
