using System.Data.Common;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Alerts;

/// <summary>The statements that read alerts, and how rows become records.</summary>
internal static class AlertStatements
{
    private const string Log = "alert_log";
    private const string Columns = "l.sequence, l.version, l.alert, l.kind, l.actor, l.time";
    private const string Now = $"SELECT {Columns} FROM alert a JOIN alert_log l ON l.sequence = a.sequence";

    public const string LastSequence = "SELECT coalesce(max(sequence), 0) FROM alert_log";
    public const string Open = $"{Now} WHERE a.is_open = 1 ORDER BY a.sequence";
    public const string Find = $"{Now} WHERE a.id = @id";
    public const string Changes = $"SELECT {Columns} FROM alert_log l WHERE l.sequence > @sequence ORDER BY l.sequence LIMIT @limit";
    public const string History = $"SELECT {Columns} FROM alert_log l WHERE l.alert_id = @id ORDER BY l.sequence";
    /// <summary>What was open at a moment, as it was then; 864000000000 is a day, as in the index of those that were open for longer.</summary>
    public const string OpenAt = $"""
        WITH candidate (id) AS (
            SELECT id FROM alert INDEXED BY alert_open WHERE is_open = 1 AND raised_at <= @at
            UNION SELECT id FROM alert INDEXED BY alert_by_raised_at WHERE raised_at BETWEEN @at - 864000000000 AND @at AND closed_at > @at
            UNION SELECT id FROM alert INDEXED BY alert_long WHERE closed_at - raised_at > 864000000000 AND closed_at > @at AND raised_at <= @at)
        SELECT {Columns} FROM candidate c JOIN alert_log l ON l.alert_id = c.id AND l.version =
            (SELECT version FROM alert_log WHERE alert_id = c.id AND (time <= @at OR version = 1) ORDER BY version DESC LIMIT 1)
        ORDER BY l.sequence
        """;

    public const string States = "SELECT patient_id, data FROM alarm_state";
    public const string State = $"{States} WHERE patient_id = @patientId";

    /// <summary>A query's statement and parameters. Patients go in as one JSON list, so their number has no bound of its own.</summary>
    public static (string Sql, object Parameters) Query(AlertQuery query)
    {
        List<string> conditions = ["TRUE"];
        void When(bool restricted, string condition)
        {
            if (restricted)
                conditions.Add(condition);
        }

        When(query.OpenOnly, "a.is_open = 1");
        When(query.PatientIds is not null, "a.patient_id IN (SELECT unhex(value) FROM json_each(@Patients))");
        When(query.Since is not null, "a.sequence > @Since");
        When(query.Before is not null, "a.sequence < @Before");
        When(query.AtLeast is not null, "a.priority >= @AtLeast");
        When(query.Kind is not null, "a.kind = @Kind");
        When(query.Response is not null, "a.response = @Response");
        When(query.From is not null, "a.raised_at >= @From");
        When(query.To is not null, "a.raised_at < @To");
        var parameters = new
        {
            Patients = query.PatientIds is null ? null : $"[{string.Join(',', query.PatientIds.Select(id => $"\"{id}\""))}]",
            query.Since,
            query.Before,
            AtLeast = (int?)query.AtLeast,
            Kind = (int?)query.Kind,
            Response = (int?)query.Response,
            query.From,
            query.To,
            query.Limit,
        };
        var order = query.NewestRaisedFirst ? "a.raised_at DESC, a.id DESC" : "a.sequence DESC";
        return ($"{Now} WHERE {string.Join(" AND ", conditions)} ORDER BY {order} LIMIT @Limit", parameters);
    }

    /// <exception cref="DamagedRecordException">The alert is damaged.</exception>
    public static Alert MapAlert(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, Log, row);
        return fields.Whole(LogId(row), fields.Need("alert", ReadAlert));
    }

    /// <exception cref="DamagedRecordException">The change is damaged.</exception>
    public static AlertChange MapChange(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, Log, row);
        var change = new AlertChange(
            fields.Need("kind", static from => from.GetName<AlertChangeKind>(3)),
            fields.Need("alert", ReadAlert),
            fields.Need("actor", static from => from.GetString(4)),
            fields.Need("time", static from => from.GetTime(5)));
        return fields.Whole(LogId(row), change);
    }

    /// <exception cref="DamagedRecordException">The state is damaged.</exception>
    public static AlarmState MapState(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, "alarm_state", row);
        return fields.Whole(row.IdText(0), new AlarmState(fields.Need("patient_id", static from => from.GetId(0)), row.GetFieldValue<byte[]>(1)));
    }

    private static string LogId(DbDataReader row) => $"sequence {row.GetInt64(0)}";

    private static Alert ReadAlert(DbDataReader row) => StoredJson.Of(row.GetString(2), StoredJson.Columns.Alert) with
    {
        Sequence = row.GetInt64(0),
        Version = row.GetInt32(1),
    };
}
