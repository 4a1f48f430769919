using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>The statements that write, prepared once.</summary>
internal sealed class VitalStatements(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand addSeries = Prepare(connection, "INSERT INTO series (id, patient, sign) VALUES (@a, @b, @c)", 3);
    private readonly SqliteCommand setLatest = Prepare(connection, "UPDATE series SET latest_time = @b, latest_value = @c, latest_device = @d WHERE id = @a", 4);
    private readonly SqliteCommand addJournal = Prepare(connection, "INSERT INTO journal (id, readings) VALUES (@a, @b)", 2);
    private readonly SqliteCommand dropJournal = Prepare(connection, "DELETE FROM journal WHERE id <= @a", 1);
    private readonly SqliteCommand putBlock = Prepare(
        connection,
        "INSERT INTO block (id, count, samples) VALUES (@a, @b, @c) ON CONFLICT (id) DO UPDATE SET count = excluded.count, samples = excluded.samples",
        3);
    private readonly SqliteCommand putRollUp = Prepare(
        connection, "INSERT INTO rollup (id, entries) VALUES (@a, @b) ON CONFLICT (id) DO UPDATE SET entries = excluded.entries", 2);
    private readonly SqliteCommand dropBlocks = Prepare(connection, "DELETE FROM block WHERE id >= @a AND id < @b", 2);
    private readonly SqliteCommand countBlocks = Prepare(connection, "SELECT COALESCE(SUM(count), 0) FROM block WHERE id >= @a AND id < @b", 2);
    private readonly SqliteCommand addRaw = Prepare(connection, "UPDATE total SET raw_readings = raw_readings + @a", 1);

    public void AddSeries(Series series) => Run(addSeries, series.Id, series.Patient.ToByteArray(), (int)series.Sign);

    public void SetLatest(int series, in Reading latest) => Run(setLatest, series, latest.Time, latest.Value, latest.Device);

    public void AddJournal(long id, byte[] buffer, int length)
    {
        addJournal.Parameters[1].Size = length;
        Run(addJournal, id, buffer);
    }

    public void DropJournal(long lastRow) => Run(dropJournal, lastRow);

    public void PutBlock(int series, long hour, int count, byte[] samples) =>
        Run(putBlock, VitalSchema.BlockId(series, hour), count, samples);

    public void PutRollUp(int series, RollUpLevel level, long pack, byte[] entries) =>
        Run(putRollUp, VitalSchema.RollUpId(series, level, pack), entries);

    /// <summary>Drops a series' raw blocks before an hour.</summary>
    /// <returns>How many blocks.</returns>
    public int DropBlocks(int series, long beforeHour)
    {
        var first = VitalSchema.BlockId(series, 0);
        var end = VitalSchema.BlockId(series, beforeHour);
        Bind(countBlocks, first, end);
        var readings = (long)countBlocks.ExecuteScalar()!;
        if (readings > 0)
            AddRaw(-readings);
        return Run(dropBlocks, first, end);
    }

    /// <summary>Keeps the count of raw readings in blocks.</summary>
    public void AddRaw(long readings) => Run(addRaw, readings);

    /// <summary>Makes the statements part of a transaction.</summary>
    public void Use(SqliteTransaction transaction)
    {
        foreach (var command in All)
            command.Transaction = transaction;
    }

    public void Dispose()
    {
        foreach (var command in All)
            command.Dispose();
    }

    private SqliteCommand[] All => field ??= [addSeries, setLatest, addJournal, dropJournal, putBlock, putRollUp, dropBlocks, countBlocks, addRaw];

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@{(char)('a' + i)}" });
        return command;
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }

    private static int Run(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        Bind(command, values);
        return command.ExecuteNonQuery();
    }
}
