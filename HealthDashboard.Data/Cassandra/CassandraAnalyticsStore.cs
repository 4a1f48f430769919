using HealthDashboard.Data.Cassandra.Wire;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Cassandra;

/// <summary>
/// Roll-ups in Cassandra (<see cref="AnalyticsSchema"/>). Items are written before the time that says they are in, and read after it, so
/// a view may have more than it says, never less.
/// </summary>
internal sealed class CassandraAnalyticsStore(Cluster cluster, CassandraOptions options, StorePolicy policy, TimeProvider time) : IAnalyticsStore
{
    /// <summary>Rows in one batch, all of one partition: about 10 kB, and a day of hours goes in one.</summary>
    private const int BatchRows = 100;

    /// <summary>Requests of one call in flight at the same time: enough to be quick, few enough to leave the cluster to others too.</summary>
    private const int InFlight = 16;

    private readonly AnalyticsStatements statements = new(options.Keyspace);
    private readonly SchemaSetup schema = new(cluster, options);
    private readonly WriteClock clock = new(time);

    public Task PutAsync(IReadOnlyList<HourlyVital> items, DateTimeOffset asOf, CancellationToken cancel = default)
    {
        var written = clock.Next();
        var partitions = items.GroupBy(
            i => (i.PatientId, i.Sign, i.Hour.UtcDateTime.Year),
            i => new CqlValue[]
            {
                i.PatientId.ToByteArray(), i.Sign.Info().Name, i.Hour.UtcDateTime.Year, i.Hour, i.Min, i.Max, i.Mean, i.Count, written,
            });
        return PutAsync(AnalyticsSchema.Hourly, statements.PutHour, partitions, asOf, cancel);
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
        return PutAsync(AnalyticsSchema.Daily, statements.PutDay, partitions, asOf, cancel);
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
        return PutAsync(AnalyticsSchema.Alerts, statements.PutAlerts, partitions, asOf, cancel);
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

    /// <summary>Reads from any replica; says how much of the cluster is there.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public ValueTask<string> ProbeAsync(CancellationToken cancel) => TellAsync(
        async () =>
        {
            await schema.EnsureAsync(cancel);
            await foreach (var _ in cluster.QueryAsync(statements.Probe, [AnalyticsSchema.Hourly], cancel))
            {
                // That it answers is the answer.
            }
            return $"{cluster.ConnectedCount} of {cluster.NodeCount} nodes of {cluster.Datacenter} connected.";
        });

    private Task PutAsync<TKey>(
        string view, Statement put, IEnumerable<IGrouping<TKey, CqlValue[]>> partitions, DateTimeOffset asOf, CancellationToken cancel) => AskAsync(
        async token =>
        {
            await Parallel.ForEachAsync(
                partitions.SelectMany(rows => rows.Chunk(BatchRows)),
                Limits(token),
                async (rows, stop) => await cluster.BatchAsync(put, rows, stop));
            // The time itself is the timestamp, so a late writer does not make a view older than it is.
            await cluster.ExecuteAsync(statements.PutAsOf, [view, asOf, WriteClock.Of(asOf)], token);
            return true;
        },
        cancel);

    private Task<AnalyticsView<T>> ViewAsync<T>(
        string view, Statement select, IReadOnlyList<int> years, Func<int, CqlValue[]> values, Func<Row, T> map, CancellationToken cancel) => AskAsync(
        async token =>
        {
            var asOf = (await ReadAsync(statements.AsOf, [view], row => (DateTimeOffset?)row.GetTimestamp(0), token)).SingleOrDefault();
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

    private Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel) => policy.RepeatAsync(
        token => TellAsync(async () =>
        {
            await schema.EnsureAsync(token);
            return await ask(token);
        }),
        cancel).AsTask();

    /// <summary>Tells the client's errors as every store does.</summary>
    private async ValueTask<T> TellAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (CassandraException error)
        {
            throw error.IsTransient
                ? new StoreUnavailableException(policy.Store, error.Message, error)
                : new StoreException(policy.Store, error.Message, error);
        }
    }

    private static ParallelOptions Limits(CancellationToken cancel) => new() { MaxDegreeOfParallelism = InFlight, CancellationToken = cancel };

    private static int[] Years(int first, int last) => first <= last ? [.. Enumerable.Range(first, last - first + 1)] : [];
}
