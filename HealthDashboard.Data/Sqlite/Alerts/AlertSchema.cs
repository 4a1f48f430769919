namespace HealthDashboard.Data.Sqlite.Alerts;

/// <summary>The layout of <c>alerts.db</c>: the log is the truth, <c>alert</c> is its index. Described in docs/data-model.md.</summary>
internal static class AlertSchema
{
    public static SqliteDatabase Open(string path) => new("SQLite alerts", path, Migrations);

    /// <summary>The script of each version; released ones are never edited.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        -- AUTOINCREMENT: a sequence number is never given twice. SQLite has one writer at a time, so numbers become visible in order.
        CREATE TABLE alert_log (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            alert_id BLOB NOT NULL,
            version INTEGER NOT NULL,
            kind TEXT NOT NULL,
            actor TEXT NOT NULL,
            time INTEGER NOT NULL,
            alert TEXT NOT NULL,
            UNIQUE (alert_id, version)
        ) STRICT;
        CREATE TRIGGER alert_log_keeps_values BEFORE UPDATE ON alert_log
        BEGIN SELECT RAISE(ABORT, 'the alert log is append-only'); END;
        CREATE TRIGGER alert_log_keeps_rows BEFORE DELETE ON alert_log
        BEGIN SELECT RAISE(ABORT, 'the alert log is append-only'); END;
        -- INSERT OR REPLACE removes a row without asking the trigger above.
        CREATE TRIGGER alert_log_is_not_replaced BEFORE INSERT ON alert_log
        WHEN EXISTS (SELECT 1 FROM alert_log WHERE sequence = NEW.sequence OR (alert_id = NEW.alert_id AND version = NEW.version))
        BEGIN SELECT RAISE(ABORT, 'the alert log is append-only'); END;

        -- What alerts are searched by, and the number of the last change, where the rest is.
        CREATE TABLE alert (
            id BLOB NOT NULL PRIMARY KEY,
            sequence INTEGER NOT NULL UNIQUE REFERENCES alert_log,
            version INTEGER NOT NULL,
            patient_id BLOB NOT NULL,
            sign TEXT NOT NULL,
            direction INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            response INTEGER NOT NULL,
            raised_at INTEGER NOT NULL,
            is_open INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX alert_open ON alert (patient_id, sign, direction) WHERE is_open = 1;
        CREATE INDEX alert_by_patient ON alert (patient_id, sequence);
        CREATE INDEX alert_by_raised_at ON alert (raised_at);

        CREATE TABLE alarm_state (
            patient_id BLOB NOT NULL PRIMARY KEY,
            data BLOB NOT NULL
        ) STRICT;
        """,
        // What was open at a past moment was raised within a day before it, is open still, or is one of the few that were open for longer.
        """
        ALTER TABLE alert ADD COLUMN closed_at INTEGER;
        UPDATE alert SET closed_at = (SELECT time FROM alert_log l WHERE l.sequence = alert.sequence) WHERE is_open = 0;
        CREATE INDEX alert_long ON alert (closed_at) WHERE closed_at - raised_at > 864000000000;
        """,
    ];
}
