using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.InfluxDb;

/// <summary>
/// Vital signs in InfluxDB 1.x, 2.x or 3.x. <see cref="InfluxSchema"/> has the layout, <see cref="RollUps"/> how roll-ups stay true, docs/data-model.md
/// the reasons.
/// </summary>
/// <remarks>
/// Up to 20,000 readings go in one request, which the server takes as a whole when it is well; when it ends within one, or between two
/// of many readings, some may be stored without being acknowledged. Sending them again stores the same points again, and changes nothing.
/// </remarks>
internal sealed class InfluxDbVitalStore : IVitalStore, IAsyncDisposable
{
    private readonly InfluxDatabase database;
    private readonly ReadingWriter writer;
    private readonly RollUps rollUps;
    private readonly RollUpSchedule schedule;
    private bool disposed;

    /// <summary>Makes the store; connects in the background, and whenever it is asked for something.</summary>
    /// <param name="options">Where the server is.</param>
    /// <param name="policy">The server's policy, for readings and charts.</param>
    /// <param name="rollUpPolicy">Another for making roll-ups, which may take longer and must not keep readings from the server.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Logs that roll-ups must wait.</param>
    /// <param name="handler">What sends the requests; null for the network.</param>
    public InfluxDbVitalStore(
        InfluxDbOptions options,
        StorePolicy policy,
        StorePolicy rollUpPolicy,
        TimeProvider time,
        ILogger<InfluxDbVitalStore> log,
        HttpMessageHandler? handler = null)
    {
        database = new InfluxDatabase(new InfluxClient(options, time, handler), policy, rollUpPolicy, options, time);
        writer = new ReadingWriter(database);
        rollUps = new RollUps(database, time);
        schedule = new RollUpSchedule(rollUps, time, log);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 2261; nothing is stored.</exception>
    public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default) => StoreAsync(readings, writer, cancel);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 2261; nothing is stored.</exception>
    public async Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default)
    {
        // A writer of its own, so that several imports go on at once, and readings that come in do not wait behind any.
        using var own = new ReadingWriter(database);
        await StoreAsync([.. samples.Select(sample => new Reading(patientId, sign, sample.Time, sample.Value))], own, cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<VitalPoint>> ChartAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        var (first, end) = (InfluxTime.Milliseconds(from), InfluxTime.Milliseconds(to));
        if (end <= first)
            return [];
        var plan = ChartPlan.For(first, end, points, database.FirstRaw);
        var chart = await database.QueryAsync(
            () => new InfluxChart(database.Statements, patientId, sign, plan, database.Settled),
            static chart => chart.First(),
            static (chart, row) => chart.Take(row),
            static chart => chart.Again(),
            cancel);
        return chart.Points();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Sample>> ReadAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default)
    {
        var (first, end) = (Math.Max(InfluxTime.Milliseconds(from), database.FirstRaw), InfluxTime.Milliseconds(to));
        if (end <= first)
            return [];
        return await database.QueryAsync(
            () => database.Statements.Read(patientId, sign, first, end),
            static () => new List<Sample>(),
            static (samples, row) => samples.Add(new Sample(row.Time, row.Double(1))),
            cancel);
    }

    /// <inheritdoc/>
    /// <remarks>A sign that was last measured before the raw retention has none.</remarks>
    public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default) =>
        LatestAsync(patientId, () => database.Statements.Latest(patientId), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Reading>> LatestAtAsync(ObjectId patientId, DateTimeOffset at, TimeSpan back, CancellationToken cancel = default)
    {
        var (first, end) = (Math.Max(InfluxTime.Milliseconds(at - back), database.FirstRaw), at.ToUnixTimeMilliseconds() + 1);
        return end <= first ? Task.FromResult<IReadOnlyList<Reading>>([]) : LatestAsync(patientId, () => database.Statements.Latest(patientId, first, end), cancel);
    }

    private async Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, Func<InfluxQuery> statement, CancellationToken cancel)
    {
        var latest = (await database.QueryAsync(
            () => new LatestReadings(patientId),
            _ => statement(),
            static (latest, row) => latest.Take(row),
            latest => latest.Again() ? statement() : null,
            cancel)).Readings;
        latest.Sort(static (a, b) => a.Sign.CompareTo(b.Sign));
        return latest;
    }

    /// <summary>Shows that the server can be written and says how it is; outside the policy.</summary>
    internal ValueTask<string> ProbeAsync(CancellationToken cancel) => database.ProbeAsync(cancel);

    /// <summary>Makes roll-ups now of what is an hour old.</summary>
    internal Task SettleAsync(CancellationToken cancel = default) => rollUps.SettleAsync(cancel);

    /// <summary>Ends the making of roll-ups and the connections. What was appended is in the server already.</summary>
    public async ValueTask DisposeAsync()
    {
        // A container that knows the store by two names disposes it twice.
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await schedule.DisposeAsync();
        writer.Dispose();
        database.Dispose();
    }

    private async Task StoreAsync(IReadOnlyList<Reading> readings, ReadingWriter through, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        for (var i = 0; i < readings.Count; i++)
            InfluxTime.Check(readings[i].Time, readings[i].Value);
        IReadOnlyList<Reading> sorted = BySeries.Sort(readings);
        var firstRaw = database.FirstRaw;
        if (sorted.Any(reading => reading.Time < firstRaw))
        {
            await rollUps.PastAsync(sorted.Where(reading => reading.Time < firstRaw), cancel);
            sorted = [.. sorted.Where(reading => reading.Time >= firstRaw)];
        }
        if (sorted.Count == 0)
            return;
        await through.AppendAsync(sorted).WaitAsync(cancel);
        await rollUps.LateAsync(sorted, cancel);
    }

    // The newest reading of each sign. One that is half written, with no value or no device yet, is asked for again.
    private sealed class LatestReadings(ObjectId patient)
    {
        private bool torn;
        private int repeats;

        public List<Reading> Readings { get; } = [];

        public void Take(InfluxRow row)
        {
            torn |= row.IsNull(1) || row.IsNull(2);
            if (row.Tags.Sign is { } sign && !row.IsNull(1))
                Readings.Add(new Reading(patient, sign, row.Time, row.Double(1), row.IsNull(2) || row.Text(2) is not { Length: > 0 } device ? null : device));
        }

        public bool Again()
        {
            if (!torn || repeats++ == InfluxDatabase.MostRepeats)
                return false;
            torn = false;
            Readings.Clear();
            return true;
        }
    }
}
