using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// The file <c>vitals.db</c> and the one connection that writes to it. Writers queue on a lock of our own, not on SQLite's,
/// which makes the loser sleep. One process at a time: what is in the journal is also in this process's memory.
/// </summary>
internal sealed class VitalFile : IDisposable
{
    /// <summary>The store's name in errors.</summary>
    public const string Name = "SQLite vitals";

    private readonly string path;
    private readonly FileStream owner;
    private readonly SqliteConnection connection;
    private readonly VitalStatements statements;
    private readonly Lock gate = new();

    /// <exception cref="StoreUnavailableException">Another process has the file.</exception>
    public VitalFile(string directory)
    {
        Directory.CreateDirectory(directory);
        path = Path.Combine(directory, "vitals.db");
        owner = Own(path + ".lock");
        try
        {
            Database = new SqliteDatabase(Name, path, VitalSchema.Migrations, VitalSchema.PageSize);
            connection = Database.Open();
            // Fewer checkpoints: a fold's blocks and the journal that it replaces mostly pass in the log alone.
            connection.Execute("PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 2000;");
            statements = new VitalStatements(connection);
            Catalog = new SeriesCatalog(ReadSeries());
        }
        catch
        {
            connection?.Dispose();
            owner.Dispose();
            throw;
        }
    }

    /// <summary>For reading; writes go through <see cref="Write"/>.</summary>
    public SqliteDatabase Database { get; }

    /// <summary>Every series. A new one is written by the next transaction, whatever that is for.</summary>
    public SeriesCatalog Catalog { get; }

    /// <summary>Bytes on disk: the file and its write-ahead log.</summary>
    public long Bytes => LengthOf(path) + LengthOf(path + "-wal");

    /// <summary>Runs work in one transaction, which is on disk when this returns and undone when the work throws.</summary>
    /// <exception cref="StoreException">SQLite refused.</exception>
    public void Write(Action<VitalStatements> work)
    {
        lock (gate)
        {
            try
            {
                using var transaction = connection.BeginTransaction(deferred: false);
                statements.Use(transaction);
                var unsaved = Catalog.Unsaved();
                foreach (var series in unsaved)
                    statements.AddSeries(series);
                work(statements);
                transaction.Commit();
                Catalog.Saved(unsaved);
            }
            catch (SqliteException error)
            {
                throw Database.Wrap(error);
            }
        }
    }

    /// <summary>The rows of the journal, oldest first.</summary>
    public IEnumerable<(long Id, byte[] Readings)> ReadJournal() =>
        connection.Query<(long, byte[])>("SELECT id, readings FROM journal ORDER BY id", buffered: false);

    public void Dispose()
    {
        lock (gate)
        {
            statements.Dispose();
            // Connections back in the pool would keep the file open, and the log from being cleared away.
            SqliteConnection.ClearPool(connection);
            connection.Dispose();
            SqliteConnection.ClearPool(connection);
            owner.Dispose();
        }
    }

    // The system drops the lock when the process ends, however it ends.
    private static FileStream Own(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new StoreUnavailableException(Name, "the file is in use by another process, or its directory cannot be written to.", error);
        }
    }

    private IEnumerable<Series> ReadSeries()
    {
        var rows = connection.Query<SeriesRow>(
            "SELECT id AS Id, patient AS Patient, sign AS Sign, latest_time AS Time, latest_value AS Value, latest_device AS Device FROM series");
        return rows.Select(row => row.ToSeries());
    }

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private sealed class SeriesRow
    {
        public long Id { get; init; }

        public byte[] Patient { get; init; } = [];

        public long Sign { get; init; }

        public long? Time { get; init; }

        public double Value { get; init; }

        public string? Device { get; init; }

        public Series ToSeries()
        {
            var series = new Series((int)Id, new ObjectId(Patient), (VitalSign)Sign);
            if (Time is { } time)
                series.Offer(new Reading(series.Patient, series.Sign, time, Value, Device));
            return series;
        }
    }
}
