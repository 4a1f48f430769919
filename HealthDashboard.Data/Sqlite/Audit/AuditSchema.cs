namespace HealthDashboard.Data.Sqlite.Audit;

/// <summary>The layout of <c>audit.db</c>: rows and signed heads, which can be added and read. Described in docs/data-model.md.</summary>
internal static class AuditSchema
{
    public static SqliteDatabase Open(string path) => new("SQLite audit", path, Migrations);

    /// <summary>The script of each version; released ones are never edited.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE entry (
            chain TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            previous TEXT NOT NULL,
            hash TEXT NOT NULL,
            time INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            patient_id BLOB,
            detail TEXT,
            address TEXT,
            reason TEXT,
            before TEXT,
            after TEXT,
            PRIMARY KEY (chain, sequence)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX entry_by_time ON entry (time, chain, sequence);
        CREATE INDEX entry_by_actor ON entry (actor, time, chain, sequence);
        CREATE INDEX entry_by_action ON entry (action, time, chain, sequence);
        CREATE INDEX entry_by_patient ON entry (patient_id, time, chain, sequence) WHERE patient_id IS NOT NULL;

        CREATE TABLE seal (
            chain TEXT NOT NULL,
            number INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            hash TEXT NOT NULL,
            time INTEGER NOT NULL,
            key TEXT NOT NULL,
            signature TEXT NOT NULL,
            PRIMARY KEY (chain, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER entry_keeps_values BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER entry_keeps_rows BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER seal_keeps_values BEFORE UPDATE ON seal
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER seal_keeps_rows BEFORE DELETE ON seal
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        -- INSERT OR REPLACE removes a row without asking the triggers above.
        CREATE TRIGGER entry_is_not_replaced BEFORE INSERT ON entry
        WHEN EXISTS (SELECT 1 FROM entry WHERE chain = NEW.chain AND sequence = NEW.sequence)
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER seal_is_not_replaced BEFORE INSERT ON seal
        WHEN EXISTS (SELECT 1 FROM seal WHERE chain = NEW.chain AND number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        """,
    ];
}
