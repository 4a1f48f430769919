using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// Vital signs in one SQLite file, laid out as a time-series database does it: an append goes to a journal (one synced row for all
/// that wait) and to the head in memory; a fold in the background moves both into blocks (one packed row for an hour of a series)
/// and roll-ups. Reads put the head over the blocks. <see cref="VitalSchema"/> has the tables, docs/adr/0005 the reasons.
/// </summary>
/// <remarks>
/// A read takes the head first and the file's snapshot second. A reading leaves the head only after its block is committed, so
/// what the head no longer had, the snapshot has; what both have is one reading, for they are merged by time.
/// </remarks>
public sealed class SqliteVitalStore : IVitalStore, IAsyncDisposable
{
    // With this many times FoldAt in the head, appends wait for a fold: memory is bounded, and nothing is dropped.
    private const int MostFoldsBehind = 2;

    private readonly SqliteVitalOptions options;
    private readonly VitalFile file;
    private readonly Head head = new();
    private readonly VitalFold fold;
    private readonly JournalWriter journal;
    private readonly FoldSchedule schedule;
    private bool disposed;

    /// <summary>Opens or makes the file and reads back what the journal holds.</summary>
    /// <exception cref="ArgumentException">An option is out of its bounds.</exception>
    /// <exception cref="StoreException">The file cannot be opened, is damaged, or is in use by another process.</exception>
    public SqliteVitalStore(SqliteVitalOptions options, TimeProvider time, ILogger<SqliteVitalStore> logger, IClockTrust? clock = null)
    {
        this.options = options.Checked();
        file = new VitalFile(options.Directory);
        try
        {
            var lastRow = Replay();
            fold = new VitalFold(file, head, time, options.RawRetention);
            schedule = new FoldSchedule(fold, time, options.FoldEvery, clock, logger);
            journal = new JournalWriter(file, head, lastRow, CommittedAsync);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 9999; nothing is stored.</exception>
    public Task AppendAsync(IReadOnlyList<Reading> readings, CancellationToken cancel = default) =>
        readings.Count == 0 ? Task.CompletedTask : journal.AppendAsync(readings, cancel);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A value is not finite, or a time is before 1970 or after 9999; nothing is stored.</exception>
    public Task ImportAsync(ObjectId patientId, VitalSign sign, IReadOnlyList<Sample> samples, CancellationToken cancel = default) =>
        samples.Count == 0 ? Task.CompletedTask : fold.ImportAsync(patientId, sign, samples, cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<VitalPoint>> ChartAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, int points, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        if (to <= from || file.Catalog.Find(patientId, sign) is not { } series)
            return [];
        var plan = ChartPlan.For(Milliseconds(from), Milliseconds(to), points, StoredTime.StartOf(fold.FirstRawHour));
        var recent = series.Head;
        return await ReadAsync(reads => VitalChart.Draw(new VitalSnapshot(reads, series), recent.Span, plan), cancel);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Sample>> ReadAsync(
        ObjectId patientId, VitalSign sign, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default)
    {
        if (file.Catalog.Find(patientId, sign) is not { } series)
            return [];
        var first = Math.Max(Milliseconds(from), StoredTime.StartOf(fold.FirstRawHour));
        var end = Milliseconds(to);
        if (end <= first)
            return [];
        var recent = series.Head;
        var samples = new List<Sample>();
        await ReadAsync(
            reads =>
            {
                new VitalSnapshot(reads, series).Raw(recent.Span, first, end, piece => samples.AddRange(piece));
                return samples.Count;
            },
            cancel);
        return samples;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Reading>> LatestAsync(ObjectId patientId, CancellationToken cancel = default)
    {
        var latest = new List<Reading>();
        foreach (var sign in VitalSigns.All)
        {
            if (file.Catalog.Find(patientId, sign.Sign)?.Latest is { } reading)
                latest.Add(reading);
        }
        return Task.FromResult<IReadOnlyList<Reading>>(latest);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Reading>> LatestAtAsync(ObjectId patientId, DateTimeOffset at, TimeSpan back, CancellationToken cancel = default)
    {
        var from = Math.Max(Milliseconds(at - back), StoredTime.StartOf(fold.FirstRawHour));
        var to = at.ToUnixTimeMilliseconds();
        List<(Series Series, ReadOnlyMemory<Sample> Head)> known =
            [.. VitalSigns.All.Select(info => file.Catalog.Find(patientId, info.Sign)).OfType<Series>().Select(series => (series, series.Head))];
        if (known.Count == 0 || to < from)
            return [];
        return await ReadAsync<IReadOnlyList<Reading>>(
            reads =>
            [
                .. from entry in known
                   let last = new VitalSnapshot(reads, entry.Series).Last(entry.Head.Span, @from, to)
                   where last is not null
                   select new Reading(patientId, entry.Series.Sign, last.Value.Time, last.Value.Value),
            ],
            cancel);
    }

    /// <summary>How the store is doing; a round trip to the file.</summary>
    public async Task<VitalStoreStatistics> StatisticsAsync(CancellationToken cancel = default)
    {
        var waiting = head.Count;
        var folded = await ReadAsync(reads => reads.Connection.ExecuteScalar<long>("SELECT raw_readings FROM total"), cancel);
        return new VitalStoreStatistics(file.Catalog.Count, folded + waiting, waiting, file.Bytes, fold.LastFold, schedule.Failure);
    }

    /// <summary>Shows that the file can be written: takes and gives back its write lock.</summary>
    /// <exception cref="StoreException">It cannot.</exception>
    internal Task ProbeAsync(CancellationToken cancel) => Task.Run(() => file.Write(write => write.AddRaw(0)), cancel);

    /// <summary>Folds now what has been appended until now.</summary>
    public Task FoldAsync(CancellationToken cancel = default) => fold.FoldAsync(cancel);

    /// <summary>Ends what is queued, folds the rest and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        // A container that knows the store by two names disposes it twice.
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await journal.CloseAsync();
        await schedule.CloseAsync(options.FoldOnClose);
        fold.Dispose();
        file.Dispose();
    }

    private long Replay()
    {
        long last = 0;
        foreach (var (id, readings) in file.ReadJournal())
        {
            try
            {
                head.Show(id, () => JournalPacket.Unpack(readings, file.Catalog, (series, reading) => head.Add(series, reading)));
            }
            catch (InvalidDataException error)
            {
                throw new StoreException(VitalFile.Name, $"journal row {id} is damaged.", error);
            }
            last = id;
        }
        return last;
    }

    private Task CommittedAsync()
    {
        var waiting = head.Count;
        if (waiting >= (long)options.FoldAt * MostFoldsBehind)
            return schedule.RunAsync();
        if (waiting >= options.FoldAt)
            schedule.Hasten();
        return Task.CompletedTask;
    }

    // One transaction, so that all that a read sees is of one moment.
    private Task<T> ReadAsync<T>(Func<VitalReads, T> work, CancellationToken cancel) => file.Database.RunAsync(
        connection =>
        {
            using var snapshot = connection.BeginTransaction(deferred: true);
            using var reads = new VitalReads(connection, snapshot);
            return work(reads);
        },
        cancel);

    // Sub-millisecond edges are rounded up, so that "from" stays inclusive and "to" exclusive for times in whole milliseconds.
    private static long Milliseconds(DateTimeOffset time) =>
        time.ToUnixTimeMilliseconds() + (time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);
}
