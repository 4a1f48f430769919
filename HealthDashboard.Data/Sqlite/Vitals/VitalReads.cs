using HealthDashboard.Data.Model;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>
/// The reads of single rows that a fold makes for each series, prepared once, and the memory for the hour that is at hand. Used by one thread,
/// on one connection.
/// </summary>
internal sealed class VitalReads(SqliteConnection connection, SqliteTransaction? transaction = null) : IDisposable
{
    private SqliteCommand? block;
    private SqliteCommand? rollUp;

    public SqliteConnection Connection { get; } = connection;

    /// <summary>An hour's samples, which whoever reads the next hour writes over.</summary>
    public List<Sample> Hour { get; } = [];

    /// <summary>A raw block; null when it is not there.</summary>
    public byte[]? Block(long id) => Read(block ??= Prepare("SELECT samples FROM block WHERE id = @id"), id);

    /// <summary>A pack of roll-ups; null when it is not there.</summary>
    public byte[]? RollUp(long id) => Read(rollUp ??= Prepare("SELECT entries FROM rollup WHERE id = @id"), id);

    public void Dispose()
    {
        block?.Dispose();
        rollUp?.Dispose();
    }

    private SqliteCommand Prepare(string sql)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.Parameters.Add("@id", SqliteType.Integer);
        return command;
    }

    private static byte[]? Read(SqliteCommand command, long id)
    {
        command.Parameters[0].Value = id;
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetFieldValue<byte[]>(0) : null;
    }
}
