using System.Globalization;
using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// Roll-ups in Cassandra (<see cref="AnalyticsSchema"/>). Items are written before the time that says they are in, and read after it, so
/// a view may have more than it says, never less.
/// </summary>
internal sealed class CassandraAnalyticsStore(Cluster cluster, CassandraOptions options, SchemaSetup schema, StorePolicy policy, TimeProvider time) : IAnalyticsStore
{
    /// <summary>The name under which the health check writes among the views' times.</summary>
    private const string ProbeName = "probe";

    /// <summary>Rows in one batch, all of one partition: about 10 kB, and a day of hours goes in one.</summary>
    private const int BatchRows = 100;

    /// <summary>The same for sums of alarms, of which one has some kB for a month: a node refuses a batch of more than 50 kB.</summary>
    private const int LoadRows = 5;

    /// <summary>The one partition of the list of wards: some hundred short rows.</summary>
    private const int AllWards = 0;

    /// <summary>Requests of one call in flight at the same time: enough to be quick, few enough to leave the cluster to others too.</summary>
    private const int InFlight = 16;

    /// <summary>Roll-ups run every minute; one of a month takes some minutes.</summary>
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1);

    /// <summary>How long a health check waits for the schema, to hear why it cannot be made.</summary>
    private static readonly TimeSpan SchemaPause = TimeSpan.FromSeconds(1);

    private static readonly string[] Views = [AnalyticsSchema.Hourly, AnalyticsSchema.Daily, AnalyticsSchema.Alerts, AnalyticsSchema.Load];
    private readonly AnalyticsStatements statements = new(options.Keyspace);
    private readonly AnalyticsStatements endless = new(options.Keyspace, AnalyticsStatements.NoEnd);
    private readonly CassandraErrors errors = new(policy.Store, options.Keyspace, schema);
    private readonly WriteClock clock = new(time);
    private readonly DateTimeOffset started = time.GetUtcNow();

    public Task PutAsync(IReadOnlyList<HourlyVital> items, DateTimeOffset asOf, CancellationToken cancel = default)
    {
        var written = clock.Next();
        var partitions = items.GroupBy(
            i => (i.PatientId, i.Sign, i.Hour.UtcDateTime.Year),
            i => new CqlValue[]
            {
                i.PatientId.ToByteArray(), i.Sign.Info().Name, i.Hour.UtcDateTime.Year, i.Hour, i.Min, i.Max, i.Mean, i.Count, written,
            });
        return PutAsync(AnalyticsSchema.Hourly, Kept(AnalyticsSchema.HoursKept).PutHour, partitions, asOf, cancel);
    }

    public Task PutAsync(IReadOnlyList<DailyWardVital> items, DateTimeOffset asOf, CancellationToken cancel = default)
    {
        var written = clock.Next();
        var partitions = items.GroupBy(
            i => (i.Region, i.Ward, i.Sign, i.Day.Year),
            i => new CqlValue[]
            {
                i.Region, i.Ward, i.Sign.Info().Name, i.Day.Year, i.Day, i.Min, i.Max, i.Mean, i.Count, i.Patients, written,
            });
        return PutAsync(AnalyticsSchema.Daily, Kept(AnalyticsSchema.DaysKept).PutDay, partitions, asOf, cancel);
    }

    public Task PutAsync(IReadOnlyList<DailyAlerts> items, DateTimeOffset asOf, CancellationToken cancel = default)
    {
        var written = clock.Next();
        var partitions = items.GroupBy(
            i => (i.Region, i.Ward, i.Day.Year),
            i => new CqlValue[]
            {
                i.Region, i.Ward, i.Day.Year, i.Day, (int)i.Priority, i.Raised, i.Acknowledged,
                i.MedianResponseSeconds, i.LongestResponseSeconds, written,
            });
        return PutAsync(AnalyticsSchema.Alerts, Kept(AnalyticsSchema.DaysKept).PutAlerts, partitions, asOf, cancel);
    }

    public async Task PutAsync(IReadOnlyList<AlarmLoad> items, DateTimeOffset asOf, CancellationToken cancel = default)
    {
        var written = clock.Next();
        var wards = items.Select(i => new WardKey(i.Region, i.Ward)).Distinct()
            .GroupBy(_ => AllWards, ward => new CqlValue[] { AllWards, ward.Region, ward.Ward, written });
        // The list of wards first: what is in the view can be found.
        await PutAsync(statements.PutWard, wards, cancel);
        var partitions = items.GroupBy(
            i => (i.Region, i.Ward, i.Period, i.Start.Year),
            i => new CqlValue[] { i.Region, i.Ward, (int)i.Period, i.Start.Year, i.Start, i.Bed, i.Raised, i.Tally.ToArray(), written });
        await PutAsync(AnalyticsSchema.Load, Kept(AnalyticsSchema.DaysKept).PutLoad, partitions, asOf, cancel, LoadRows);
    }

    public Task<AnalyticsView<HourlyVital>> HourlyAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default)
    {
        var (id, name) = (patientId.ToByteArray(), sign.Info().Name);
        // The last hour is not included: at midnight of New Year it is the only one of its year.
        var years = from < to ? Years(from.UtcDateTime.Year, to.AddTicks(-1).UtcDateTime.Year) : [];
        return ViewAsync(
            AnalyticsSchema.Hourly,
            statements.Hours,
            years,
            year => [id, name, year, from, to],
            row => new HourlyVital(patientId, sign, row.GetTimestamp(0), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3), row.GetBigint(4)),
            cancel);
    }

    public Task<AnalyticsView<DailyWardVital>> DailyAsync(
        string region, string ward, VitalSign sign, DateOnly from, DateOnly to, CancellationToken cancel = default)
    {
        var name = sign.Info().Name;
        return ViewAsync(
            AnalyticsSchema.Daily,
            statements.Days,
            Years(from.Year, to.Year),
            year => [region, ward, name, year, from, to],
            row => new DailyWardVital(
                region, ward, sign, row.GetDate(0), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3), row.GetBigint(4), row.GetInt(5)),
            cancel);
    }

    public Task<AnalyticsView<DailyAlerts>> AlertsAsync(
        string region, string ward, DateOnly from, DateOnly to, CancellationToken cancel = default) => ViewAsync(
        AnalyticsSchema.Alerts,
        statements.Alerts,
        Years(from.Year, to.Year),
        year => [region, ward, year, from, to],
        row => new DailyAlerts(
            region, ward, row.GetDate(0), (AlertPriority)row.GetInt(1), row.GetInt(2), row.GetInt(3), row.GetDoubleOrNull(4), row.GetDoubleOrNull(5)),
        cancel);

    public Task<AnalyticsView<AlarmLoad>> AlarmLoadAsync(
        string region, string ward, LoadPeriod period, DateOnly from, DateOnly to, CancellationToken cancel = default) => ViewAsync(
        AnalyticsSchema.Load,
        statements.Load,
        Years(from.Year, to.Year),
        year => [region, ward, (int)period, year, from, to],
        row => new AlarmLoad(region, ward, row.GetText(1), period, row.GetDate(0), row.GetInt(2), row.GetBlob(3)),
        cancel);

    public async Task<IReadOnlyList<WardKey>> AlarmWardsAsync(CancellationToken cancel = default) => await AskAsync(
        token => ReadAsync(statements.Wards, [AllWards], row => new WardKey(row.GetText(0), row.GetText(1)), token), cancel);

    /// <summary>
    /// Writes and reads as the work does, so that it finds what the work would; says how much of the cluster is there. Whether the
    /// roll-ups come through is seen at their times.
    /// </summary>
    /// <exception cref="StoreException">The work cannot be done.</exception>
    public ValueTask<HealthCheckResult> ProbeAsync(CancellationToken cancel) => errors.TranslateAsync(
        async () =>
        {
            if (await schema.BeginAsync(cancel) is { } making)
            {
                if (await Task.WhenAny(making, Task.Delay(SchemaPause, time, cancel)) != making)
                    return HealthCheckResult.Degraded("The schema is being created.");
                await making;
            }
            var now = time.GetUtcNow();
            await cluster.ExecuteAsync(statements.PutAsOf, [ProbeName, now, WriteClock.Of(now)], cancel);
            var oldest = now;
            foreach (var view in Views)
            {
                // One that was never written is as old as this program at most.
                var asOf = await AsOfAsync(view, cancel) ?? started;
                oldest = asOf < oldest ? asOf : oldest;
            }
            var nodes = $"{cluster.ConnectedCount} of {cluster.NodeCount} nodes of {cluster.Datacenter} connected.";
            return now - oldest < StaleAfter
                ? HealthCheckResult.Healthy(nodes)
                : HealthCheckResult.Degraded(string.Create(
                    CultureInfo.InvariantCulture, $"{nodes} No roll-up has come through since {oldest:yyyy-MM-dd HH:mm} UTC: analytics are behind."));
        });

    private Task PutAsync<TKey>(
        string view, Statement put, IEnumerable<IGrouping<TKey, CqlValue[]>> partitions, DateTimeOffset asOf, CancellationToken cancel, int batchRows = BatchRows) => AskAsync(
        async token =>
        {
            await BatchesAsync(put, partitions, batchRows, token);
            // The time itself is the timestamp, so a late writer does not make a view older than it is.
            await cluster.ExecuteAsync(statements.PutAsOf, [view, asOf, WriteClock.Of(asOf)], token);
            return true;
        },
        cancel);

    private Task PutAsync<TKey>(Statement put, IEnumerable<IGrouping<TKey, CqlValue[]>> partitions, CancellationToken cancel) => AskAsync(
        async token =>
        {
            await BatchesAsync(put, partitions, BatchRows, token);
            return true;
        },
        cancel);

    private Task BatchesAsync<TKey>(Statement put, IEnumerable<IGrouping<TKey, CqlValue[]>> partitions, int batchRows, CancellationToken cancel) => Parallel.ForEachAsync(
        partitions.SelectMany(rows => rows.Chunk(batchRows)),
        Limits(cancel),
        async (rows, stop) => await cluster.BatchAsync(put, rows, stop));

    private Task<AnalyticsView<T>> ViewAsync<T>(
        string view, Statement select, IReadOnlyList<int> years, Func<int, CqlValue[]> values, Func<Row, T> map, CancellationToken cancel) => AskAsync(
        async token =>
        {
            var asOf = await AsOfAsync(view, token);
            var parts = new List<T>[years.Count];
            await Parallel.ForAsync(
                0, years.Count, Limits(token), async (i, stop) => parts[i] = await ReadAsync(select, values(years[i]), map, stop));
            return new AnalyticsView<T>(asOf, [.. parts.SelectMany(part => part)]);
        },
        cancel);

    private async Task<List<T>> ReadAsync<T>(Statement select, CqlValue[] values, Func<Row, T> map, CancellationToken cancel)
    {
        var items = new List<T>();
        await foreach (var row in cluster.QueryAsync(select, values, cancel))
            items.Add(map(row));
        return items;
    }

    private async Task<DateTimeOffset?> AsOfAsync(string view, CancellationToken cancel) =>
        (await ReadAsync(statements.AsOf, [view], row => (DateTimeOffset?)row.GetTimestamp(0), cancel)).SingleOrDefault();

    // Making the schema is no call to the server: its time is not the call's, and it says nothing about whether the server is there.
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        while (true)
        {
            Task? making = null;
            var result = await policy.RepeatAsync(
                token => errors.TranslateAsync(async () =>
                {
                    making = await schema.BeginAsync(token);
                    return making is null ? await ask(token) : default;
                }),
                cancel);
            if (making is null)
                return result!;
            try
            {
                await making.WaitAsync(policy.AnswerWithin, time, cancel);
            }
            catch (TimeoutException error)
            {
                throw new StoreUnavailableException(policy.Store, "the schema is being created.", error);
            }
            catch (CassandraException)
            {
                await policy.OnceAsync(_ => errors.TranslateAsync(() => Fail<T>(making)), cancel);
            }
        }
    }

    private static async Task<T> Fail<T>(Task failed)
    {
        await failed;
        throw new InvalidOperationException("It did not fail.");
    }

    // The table's own time, as long as a row that is written now would end before rows can no longer end; afterwards rows are kept for good.
    // To end all of them on that day would lose what hospitals must keep. The day is for clocks that do not agree.
    private AnalyticsStatements Kept(TimeSpan life) =>
        time.GetUtcNow() + life + TimeSpan.FromDays(1) < AnalyticsSchema.LastEnd ? statements : endless;

    private static ParallelOptions Limits(CancellationToken cancel) => new() { MaxDegreeOfParallelism = InFlight, CancellationToken = cancel };

    private static int[] Years(int first, int last) => first <= last ? [.. Enumerable.Range(first, last - first + 1)] : [];
}
