using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite;

/// <summary>Copies of embedded databases, taken while a program writes to them.</summary>
public static class SqliteCopy
{
    /// <summary>Copies all of a database as of one moment, by SQLite's own backup, and checks the copy.</summary>
    /// <param name="from">The database; another process may be writing to it.</param>
    /// <param name="to">The copy, which is not there yet.</param>
    /// <exception cref="IOException">It cannot be read, or the copy cannot be written or is not whole; the message says which.</exception>
    public static void Create(string from, string to)
    {
        SQLitePCL.Batteries_V2.Init();
        try
        {
            using var source = Open(from, SqliteOpenMode.ReadWrite);
            using var copy = Open(to, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(copy);
            using var check = copy.CreateCommand();
            // A copy is one file: nothing of it lies in a log beside it.
            check.CommandText = "PRAGMA journal_mode = DELETE; PRAGMA quick_check(1);";
            using var rows = check.ExecuteReader();
            rows.NextResult();
            if (!rows.Read() || rows.GetString(0) != "ok")
                throw new IOException($"'{from}' is damaged, and so is its copy.");
        }
        catch (SqliteException error)
        {
            throw new IOException($"'{from}' cannot be copied to '{to}' (SQLite error {error.SqliteExtendedErrorCode}).", error);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }
}
