namespace HealthDashboard.Data.Sqlite.CareTeam;

/// <summary>The layout of <c>careteam.db</c>, a graph as tables of its edges. Described in docs/data-model.md.</summary>
internal static class CareTeamSchema
{
    public static SqliteDatabase Open(string path) => new("SQLite care team", path, Migrations);

    /// <summary>The script of each version; released ones are never edited.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE clinician (
            id BLOB NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            name_key TEXT NOT NULL,
            profession TEXT NOT NULL,
            region TEXT NOT NULL,
            ward TEXT,
            account TEXT
        ) STRICT, WITHOUT ROWID;

        -- role is the number of CareRole, whose order is the order of escalation.
        CREATE TABLE assignment (
            patient_id BLOB NOT NULL,
            clinician_id BLOB NOT NULL REFERENCES clinician,
            role INTEGER NOT NULL,
            begins INTEGER NOT NULL,
            ends INTEGER,
            PRIMARY KEY (patient_id, clinician_id, role, begins)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX assignment_by_clinician ON assignment (clinician_id, begins);

        CREATE TABLE referral (
            from_id BLOB NOT NULL REFERENCES clinician,
            to_id BLOB NOT NULL REFERENCES clinician,
            PRIMARY KEY (from_id, to_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX referral_by_target ON referral (to_id, from_id);
        """,
        """
        CREATE TABLE stay (
            patient_id BLOB NOT NULL,
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            room TEXT NOT NULL,
            begins INTEGER NOT NULL,
            ends INTEGER,
            PRIMARY KEY (patient_id, begins)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX stay_by_room ON stay (region, ward, room, ends);
        -- Nobody is in two rooms.
        CREATE UNIQUE INDEX stay_open ON stay (patient_id) WHERE ends IS NULL;

        -- With the end in the index, who has whom at a time is read from it alone.
        DROP INDEX assignment_by_clinician;
        CREATE INDEX assignment_by_clinician ON assignment (clinician_id, begins, ends);
        """,
        """
        -- Whoever has left stays, because past assignments and contacts name them.
        ALTER TABLE clinician ADD COLUMN left_at INTEGER;
        -- An account belongs to one clinician.
        CREATE UNIQUE INDEX clinician_account ON clinician (account) WHERE account IS NOT NULL;

        -- Region and ward are empty for the hospital. role is the number of CareRole: charge nurse, or attending for the doctor on call.
        CREATE TABLE on_call (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            role INTEGER NOT NULL,
            clinician_id BLOB NOT NULL REFERENCES clinician,
            PRIMARY KEY (region, ward, role)
        ) STRICT, WITHOUT ROWID;

        -- Who has a team now is read from the assignments that have not ended, however many have.
        CREATE INDEX assignment_by_end ON assignment (ends, begins, role);
        """,
    ];
}
