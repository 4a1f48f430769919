using System.Data;
using Dapper;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite;

/// <summary>
/// One SQLite file: opens connections with the right pragmas, upgrades the schema in place, and turns SQLite's errors into ours.
/// Journal mode is WAL, so that readers never wait for the writer, and every commit is synced to disk.
/// </summary>
internal sealed class SqliteDatabase
{
    private readonly string connectionString;

    /// <summary>Opens or makes the file and brings its schema up to date.</summary>
    /// <param name="name">The store's name in errors, for example <c>SQLite vitals</c>.</param>
    /// <param name="path">The file; its directory is made when missing.</param>
    /// <param name="migrations">
    /// The script of each schema version, the first makes version 1. Released scripts are never edited: a change is a new one at the end.
    /// </param>
    /// <param name="pageSize">Bytes a page, a power of two; only a new file takes it.</param>
    public SqliteDatabase(string name, string path, IReadOnlyList<string> migrations, int pageSize = 4096)
    {
        SQLitePCL.Batteries_V2.Init();
        Name = name;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 10 }.ToString();
        Migrate(migrations, pageSize);
    }

    /// <summary>The store's name in errors.</summary>
    public string Name { get; }

    /// <summary>An open connection from the pool, for the caller to dispose.</summary>
    /// <exception cref="StoreException">The file cannot be opened.</exception>
    public SqliteConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;");
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
    /// <see cref="StoreException"/> or <see cref="StoreUnavailableException"/>.
    /// </summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var connection = Open();
            try
            {
                return work(connection);
            }
            catch (SqliteException error)
            {
                throw Wrap(error);
            }
        },
        cancel);

    /// <summary>As <see cref="RunAsync"/>, in one transaction that holds the write lock from its start and is undone when the work throws.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> work, CancellationToken cancel) => RunAsync(
        connection =>
        {
            using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            var result = work(connection, transaction);
            transaction.Commit();
            return result;
        },
        cancel);

    /// <summary>SQLite's error as the store's own: what may pass by itself (busy, locked, full, I/O) is "unavailable".</summary>
    public StoreException Wrap(SqliteException error) => error.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED or SQLitePCL.raw.SQLITE_FULL
            or SQLitePCL.raw.SQLITE_IOERR or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_READONLY =>
            new StoreUnavailableException(Name, $"the database file cannot be used now (SQLite error {error.SqliteExtendedErrorCode}).", error),
        _ => new StoreException(Name, $"the statement failed (SQLite error {error.SqliteExtendedErrorCode}).", error),
    };

    private void Migrate(IReadOnlyList<string> migrations, int pageSize)
    {
        using var connection = Open();
        try
        {
            connection.Execute($"PRAGMA page_size = {pageSize}; PRAGMA journal_mode = WAL;");
            using var transaction = connection.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            var version = connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction);
            if (version > migrations.Count)
                throw new StoreException(Name, $"the file has schema version {version}, this program knows up to {migrations.Count}: it was written by a newer program.");
            foreach (var script in migrations.Skip(version))
                connection.Execute(script, transaction: transaction);
            connection.Execute($"PRAGMA user_version = {migrations.Count}", transaction: transaction);
            transaction.Commit();
        }
        catch (SqliteException error)
        {
            throw Wrap(error);
        }
    }
}
