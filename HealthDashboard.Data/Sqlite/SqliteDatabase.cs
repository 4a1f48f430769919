using System.Collections.Concurrent;
using System.Data;
using System.Text.Json;
using Dapper;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SQLitePCL;

namespace HealthDashboard.Data.Sqlite;

/// <summary>
/// One SQLite file: opens connections with the right pragmas, upgrades the schema in place, and turns SQLite's errors into ours.
/// Journal mode is WAL, so that readers never wait for the writer, and every commit is synced to disk.
/// </summary>
internal sealed partial class SqliteDatabase : IDisposable
{
    private readonly string connectionString;
    private readonly string pragmas;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentDictionary<string, bool> refusals = new(StringComparer.Ordinal);
    private ILogger log = NullLogger.Instance;

    static SqliteDatabase()
    {
        Batteries_V2.Init();
        SqliteTypes.Register();
    }

    /// <summary>Opens or makes the file and brings its schema up to date.</summary>
    /// <param name="name">The store's name in errors, for example <c>SQLite vitals</c>.</param>
    /// <param name="path">The file; its directory is made when missing.</param>
    /// <param name="migrations">
    /// The script of each schema version, the first makes version 1. Released scripts are never edited: a change is a new one at the end.
    /// </param>
    /// <param name="pageSize">Bytes a page, a power of two; only a new file takes it.</param>
    /// <param name="synchronous">SQLite's <c>synchronous</c>. FULL: a commit survives a power cut. NORMAL: the last commits may not.</param>
    /// <exception cref="StoreException">The file cannot be opened, or was written by a newer program.</exception>
    public SqliteDatabase(string name, string path, IReadOnlyList<string> migrations, int pageSize = 4096, string synchronous = "FULL")
    {
        (Name, Damaged) = (name, new(name));
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 10 }.ToString();
        // Between processes SQLite waits for the lock itself; the driver's own wait is in steps of 150 ms.
        pragmas = $"PRAGMA busy_timeout = 5000; PRAGMA synchronous = {synchronous}; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            Migrate(migrations, pageSize);
        }
        catch (SqliteException error)
        {
            throw Wrap(error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(name, $"the directory of its file cannot be made: {error.Message}", error);
        }
    }

    /// <summary>The store's name in errors.</summary>
    public string Name { get; }

    /// <summary>The damaged rows that were read.</summary>
    public DamagedRecords Damaged { get; }

    /// <summary>Where it is reported, once, that the file refuses something or has a damaged row; nowhere until it is set.</summary>
    public ILogger Log
    {
        get => log;
        set => log = Damaged.Log = value;
    }

    /// <summary>An open connection from the pool, for the caller to dispose.</summary>
    /// <exception cref="StoreException">The file cannot be opened.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            RunScript(connection, pragmas);
            return connection;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw Wrap(error);
        }
    }

    /// <summary>
    /// Runs work on a pooled connection off the caller's thread (SQLite's calls block) and turns SQLite's errors into
    /// <see cref="StoreException"/>, <see cref="StoreUnavailableException"/> or <see cref="ConflictException"/>.
    /// Cancelling interrupts the statement that runs.
    /// </summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var connection = Open();
            // SQLite asks this now and then while a statement runs; sqlite3_interrupt would be lost between two statements.
            raw.sqlite3_progress_handler(connection.Handle, 10_000, _ => cancel.IsCancellationRequested ? 1 : 0, null);
            try
            {
                return work(connection);
            }
            catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                throw new OperationCanceledException("The statement was interrupted.", error, cancel);
            }
            catch (SqliteException error)
            {
                var wrapped = Wrap(error);
                if (wrapped is StoreRefusedException refused && refusals.TryAdd(refused.Reason, true))
                    LogRefuses(Name, refused.Reason);
                throw wrapped;
            }
            finally
            {
                raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
            }
        },
        cancel);

    /// <summary>As <see cref="RunAsync"/>, with all reads from one moment.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, SqliteTransaction, T> work, CancellationToken cancel) => RunAsync(
        connection =>
        {
            using var transaction = connection.BeginTransaction(deferred: true);
            return work(connection, transaction);
        },
        cancel);

    /// <summary>As <see cref="RunAsync"/>, in one transaction that holds the write lock from its start and is undone when the work throws.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> work, CancellationToken cancel)
    {
        // Writers of this process take turns here, in order, instead of polling SQLite's lock.
        await writing.WaitAsync(cancel);
        try
        {
            return await RunAsync(
                connection =>
                {
                    using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
                    var result = work(connection, transaction);
                    cancel.ThrowIfCancellationRequested();
                    transaction.Commit();
                    return result;
                },
                cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Writes to the file and syncs it without changing anything: the store works, end to end.</summary>
    public async Task PingAsync(CancellationToken cancel)
    {
        await WriteAsync(
            static (connection, transaction) =>
            {
                var version = connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction);
                return connection.Execute($"PRAGMA user_version = {version}", transaction: transaction);
            },
            cancel);
        if (refusals.IsEmpty)
            return;
        refusals.Clear();
        LogAccepts(Name);
    }

    /// <summary>
    /// SQLite's error as the store's own: what may pass by itself (busy, locked, I/O) is "unavailable", what an operator must mend
    /// (read-only, full, damaged) is a refusal, a value that must be unique or must exist is a conflict.
    /// </summary>
    public Exception Wrap(SqliteException error) => (error.SqliteErrorCode, error.SqliteExtendedErrorCode) switch
    {
        (_, raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY) =>
            new ConflictException(ConflictReason.Duplicate, $"{Name}: a record with the same unique value is there."),
        (_, raw.SQLITE_CONSTRAINT_FOREIGNKEY) =>
            new ConflictException(ConflictReason.Missing, $"{Name}: a record that it refers to is not there."),
        (raw.SQLITE_READONLY or raw.SQLITE_PERM, _) => new StoreRefusedException(Name, "its file or the file's directory is read-only.", error),
        (raw.SQLITE_FULL, _) => new StoreRefusedException(Name, "has no room on its disk.", error),
        (raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB, _) => new StoreRefusedException(Name, "its file is damaged. Restore a backup.", error),
        (raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN, var code) =>
            new StoreUnavailableException(Name, $"the database file cannot be used now (SQLite error {code}).", error),
        (_, var code) => new StoreException(Name, $"the statement failed (SQLite error {code}).", error),
    };

    /// <summary>Closes the pooled connections; the last one writes the WAL back into the file.</summary>
    public void Dispose()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
    }

    private void Migrate(IReadOnlyList<string> migrations, int pageSize)
    {
        using var connection = Open();
        // A file that is up to date is only looked at, so that one that is read-only can still be read.
        if (connection.ExecuteScalar<int>("PRAGMA user_version") == migrations.Count && connection.ExecuteScalar<string>("PRAGMA journal_mode") == "wal")
            return;
        RunScript(connection, $"PRAGMA page_size = {pageSize}; PRAGMA journal_mode = WAL;");
        using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        var version = connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction);
        if (version > migrations.Count)
            throw new StoreException(Name, $"the file has schema version {version}, this program knows up to {migrations.Count}: it was written by a newer program.");
        connection.CreateFunction("search_words", (string text) => JsonSerializer.Serialize(SearchWords.Of(text)), isDeterministic: true);
        foreach (var script in migrations.Skip(version))
            RunScript(connection, script);
        RunScript(connection, $"PRAGMA user_version = {migrations.Count}");
        transaction.Commit();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Store}: {Reason} This is said once; an operator must mend it")]
    private partial void LogRefuses(string store, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Store} refuses nothing any more")]
    private partial void LogAccepts(string store);

    // The driver's own ExecuteNonQuery hides what fails after a statement that gives rows, as some PRAGMAs and ALTER TABLEs do.
    private static void RunScript(SqliteConnection connection, string script)
    {
        var result = raw.sqlite3_exec(connection.Handle, script, out var message);
        if (result != raw.SQLITE_OK)
            throw new SqliteException(message, result, raw.sqlite3_extended_errcode(connection.Handle));
    }
}
