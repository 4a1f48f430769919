using System.Data.Common;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using Microsoft.Data.Sqlite;

namespace HealthDashboard.Data.Sqlite.Alerts;

/// <summary>Writes changes within one transaction, with statements that are prepared once for all of them.</summary>
internal sealed class AlertWriter(SqliteConnection connection, SqliteTransaction transaction, DamagedRecords damaged) : IDisposable
{
    private const string Logged = "SELECT l.sequence, l.version, l.alert, l.kind, l.actor, l.time FROM alert_log l";

    private readonly SqliteCommand findLogged = Prepare(
        connection, transaction, $"{Logged} WHERE l.alert_id = $id AND l.version = $version");

    private readonly SqliteCommand findStored = Prepare(
        connection, transaction, $"{Logged} JOIN alert a ON a.sequence = l.sequence WHERE a.id = $id");

    private readonly SqliteCommand findOpen = Prepare(
        connection,
        transaction,
        $"""
        {Logged} JOIN alert a ON a.sequence = l.sequence
        WHERE a.is_open = 1 AND a.patient_id = $patient AND a.sign = $sign AND a.direction = $direction AND a.id <> $id
        """);

    private readonly SqliteCommand append = Prepare(
        connection,
        transaction,
        """
        INSERT INTO alert_log (alert_id, version, kind, actor, time, alert)
        VALUES ($id, $version, $kind, $actor, $time, $alert) RETURNING sequence
        """);

    private readonly SqliteCommand index = Prepare(
        connection,
        transaction,
        """
        INSERT INTO alert (id, sequence, version, patient_id, sign, direction, kind, priority, response, raised_at, is_open, closed_at)
        VALUES ($id, $sequence, $version, $patient, $sign, $direction, $kind, $priority, $response, $raisedAt, $open, $closedAt)
        ON CONFLICT (id) DO UPDATE SET sequence = excluded.sequence, version = excluded.version, patient_id = excluded.patient_id,
            sign = excluded.sign, direction = excluded.direction, kind = excluded.kind, priority = excluded.priority,
            response = excluded.response, raised_at = excluded.raised_at, is_open = excluded.is_open,
            closed_at = CASE WHEN is_open = 0 AND excluded.is_open = 0 THEN coalesce(closed_at, excluded.closed_at) ELSE excluded.closed_at END
        """);

    private readonly SqliteCommand findVersion = Prepare(connection, transaction, "SELECT version FROM alert WHERE id = $id");

    // What cannot be read any more stays in the log, and gives its place to the alert that is raised again.
    private readonly SqliteCommand giveWay = Prepare(
        connection, transaction, "UPDATE alert SET is_open = 0 WHERE is_open = 1 AND patient_id = $patient AND sign = $sign AND direction = $direction AND id <> $id");

    private readonly SqliteCommand keepState = Prepare(
        connection, transaction, "INSERT OR REPLACE INTO alarm_state (patient_id, data) VALUES ($patient, $data)");

    private readonly SqliteCommand removeState = Prepare(connection, transaction, "DELETE FROM alarm_state WHERE patient_id = $patient");

    /// <summary>Takes a change or refuses it, as <see cref="IAlertStore.WriteAsync"/> says.</summary>
    /// <param name="change">The change.</param>
    /// <param name="json">Its alert as it is stored.</param>
    public AlertWriteOutcome Write(AlertChange change, string json)
    {
        var alert = change.Alert;
        var id = alert.Id.ToByteArray();
        var logged = Find(findLogged, row => AlertStatements.MapChange(row, damaged), ("$id", id), ("$version", alert.Version));
        if (logged is not null && logged.Kind == change.Kind && logged.Actor == change.Actor)
            return new AlertWriteOutcome(logged, null);

        // From its column: a damaged alert is replaced by its next version.
        var version = Bind(findVersion, ("$id", id)).ExecuteScalar() as long? ?? 0;
        if (alert.Version != version + 1)
            return new AlertWriteOutcome(change, Find(findStored, ReadAlert, ("$id", id)) ?? FindOpen(alert, id)) { Taken = false };
        if (alert.IsOpen && FindOpen(alert, id) is { } open)
            return new AlertWriteOutcome(change, open);
        if (alert.IsOpen)
            Bind(giveWay, PlaceOf(alert, id)).ExecuteNonQuery();

        var sequence = (long)Bind(
            append,
            ("$id", id),
            ("$version", alert.Version),
            ("$kind", change.Kind.ToString()),
            ("$actor", change.Actor),
            ("$time", SqliteTypes.ToStored(change.Time)),
            ("$alert", json)).ExecuteScalar()!;
        Bind(
            index,
            ("$id", id),
            ("$sequence", sequence),
            ("$version", alert.Version),
            ("$patient", alert.PatientId.ToByteArray()),
            ("$sign", alert.Sign),
            ("$direction", (int)alert.Direction),
            ("$kind", (int)alert.Kind),
            ("$priority", (int)alert.Priority),
            ("$response", (int)alert.Response),
            ("$raisedAt", SqliteTypes.ToStored(alert.RaisedAt)),
            ("$open", alert.IsOpen ? 1 : 0),
            ("$closedAt", alert.IsOpen ? DBNull.Value : SqliteTypes.ToStored(change.Time))).ExecuteNonQuery();
        return new AlertWriteOutcome(change with { Alert = alert with { Sequence = sequence } }, null);
    }

    /// <summary>Keeps a patient's alarm state in place of the one before; an empty one removes it.</summary>
    public void Keep(AlarmState state)
    {
        var patient = ("$patient", (object)state.PatientId.ToByteArray());
        if (state.Data.IsEmpty)
            Bind(removeState, patient).ExecuteNonQuery();
        else
            Bind(keepState, patient, ("$data", state.Data.ToArray())).ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in new[] { findLogged, findStored, findVersion, findOpen, giveWay, append, index, keepState, removeState })
            command.Dispose();
    }

    private Alert? FindOpen(Alert alert, byte[] id) => Find(findOpen, ReadAlert, PlaceOf(alert, id));

    private Alert ReadAlert(DbDataReader row) => AlertStatements.MapAlert(row, damaged);

    private static (string Name, object Value)[] PlaceOf(Alert alert, byte[] id) =>
        [("$patient", alert.PatientId.ToByteArray()), ("$sign", alert.Sign), ("$direction", (int)alert.Direction), ("$id", id)];

    private static T? Find<T>(SqliteCommand command, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object Value)> values)
        where T : class
    {
        using var reader = Bind(command, values).ExecuteReader();
        return reader.Read() && DamagedRecords.TryRead(reader, map, out var found) ? found : null;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, SqliteTransaction transaction, string sql)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return command;
    }

    private static SqliteCommand Bind(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> values)
    {
        command.Parameters.Clear();
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
