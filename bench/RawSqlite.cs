using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Bench;

/// <summary>What SQLite does when nothing stands around it: a row a reading, found by its key, a synced transaction a batch.</summary>
internal static class RawSqlite
{
    /// <summary>Inserts readings in batches with a prepared statement.</summary>
    /// <returns>Readings a second.</returns>
    public static double InsertRate(int series, int seconds)
    {
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            using var connection = Open(directory.FullName);
            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO reading(series, time, value) VALUES (@series, @time, @value)";
            var parameters = new[] { "@series", "@time", "@value" }.Select(name => insert.Parameters.AddWithValue(name, 0L)).ToArray();
            insert.Prepare();
            var start = Stopwatch.GetTimestamp();
            for (var second = 0; second < seconds; second++)
            {
                using var transaction = connection.BeginTransaction();
                insert.Transaction = transaction;
                for (var i = 0; i < series; i++)
                {
                    parameters[0].Value = (long)i;
                    parameters[1].Value = second * 1000L;
                    parameters[2].Value = Hospital.Value(i % 6, second);
                    insert.ExecuteNonQuery();
                }
                transaction.Commit();
            }
            return (double)series * seconds / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Reads rows that lie one after the other, as many as a chart has points.</summary>
    /// <returns>The median in milliseconds.</returns>
    public static double ReadMilliseconds(int rows)
    {
        var directory = Directory.CreateTempSubdirectory("bench-");
        try
        {
            using var connection = Open(directory.FullName);
            using (var fill = connection.CreateCommand())
            {
                fill.CommandText = """
                    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)
                    INSERT INTO reading SELECT i % 10, i / 10 * 1000, i % 100 FROM n
                    """;
                fill.ExecuteNonQuery();
            }
            using var read = connection.CreateCommand();
            read.CommandText = "SELECT time, value FROM reading WHERE series = 3 AND time >= 1000000 LIMIT @rows";
            read.Parameters.AddWithValue("@rows", rows);
            return Table.Percentile(Enumerable.Range(0, 200).Select(_ => Time(read)), 0.5);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            directory.Delete(recursive: true);
        }
    }

    private static double Time(SqliteCommand read)
    {
        var start = Stopwatch.GetTimestamp();
        using var reader = read.ExecuteReader();
        var sum = 0.0;
        while (reader.Read())
            sum += reader.GetInt64(0) + reader.GetDouble(1);
        return sum < 0 ? 0 : Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static SqliteConnection Open(string directory)
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "raw.db")}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE reading(series INTEGER, time INTEGER, value REAL, PRIMARY KEY(series, time)) WITHOUT ROWID;
            """;
        command.ExecuteNonQuery();
        return connection;
    }
}
