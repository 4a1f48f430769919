namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>The layout of <c>patients.db</c>: records, limits, accounts and the audit. Described in docs/data-model.md.</summary>
internal static class PatientSchema
{
    public static SqliteDatabase Open(string path) => new("SQLite patients", path, Migrations);

    /// <summary>The script of each version; released ones are never edited.</summary>
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE patient (
            id BLOB NOT NULL PRIMARY KEY,
            mrn TEXT NOT NULL UNIQUE,
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            bed TEXT,
            given_name TEXT NOT NULL,
            family_name TEXT NOT NULL,
            birth_date TEXT NOT NULL,
            sex TEXT NOT NULL,
            status TEXT NOT NULL,
            spo2_scale INTEGER NOT NULL,
            medical_history TEXT NOT NULL,
            allergies TEXT NOT NULL,
            medications TEXT NOT NULL,
            version INTEGER NOT NULL,
            family_key TEXT NOT NULL,
            given_key TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patient_by_ward ON patient (region, ward, family_key, given_key);
        CREATE INDEX patient_by_name ON patient (family_key, given_key);

        CREATE TABLE patient_word (
            word TEXT NOT NULL,
            patient_id BLOB NOT NULL REFERENCES patient ON DELETE CASCADE,
            PRIMARY KEY (word, patient_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patient_word_by_patient ON patient_word (patient_id);

        -- A table of its own, so that no statement on living records can forget to leave these out.
        CREATE TABLE deleted_patient (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL,
            mrn TEXT NOT NULL,
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            bed TEXT,
            given_name TEXT NOT NULL,
            family_name TEXT NOT NULL,
            birth_date TEXT NOT NULL,
            sex TEXT NOT NULL,
            status TEXT NOT NULL,
            spo2_scale INTEGER NOT NULL,
            medical_history TEXT NOT NULL,
            allergies TEXT NOT NULL,
            medications TEXT NOT NULL,
            version INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deleted_patient_by_id ON deleted_patient (id);

        -- A ward's scope has an empty patient_id, a patient's an empty region and ward: a key may not be null.
        CREATE TABLE alarm_limits (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            patient_id BLOB NOT NULL,
            signs TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (region, ward, patient_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE account (
            id BLOB NOT NULL PRIMARY KEY,
            user_name TEXT NOT NULL,
            user_key TEXT NOT NULL UNIQUE,
            display_name TEXT NOT NULL,
            role TEXT NOT NULL,
            password_hash TEXT NOT NULL,
            security_stamp TEXT NOT NULL,
            failed_sign_ins INTEGER NOT NULL,
            locked_until INTEGER,
            version INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE audit (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            patient_id BLOB,
            detail TEXT
        ) STRICT;
        CREATE INDEX audit_by_patient ON audit (patient_id, number) WHERE patient_id IS NOT NULL;
        CREATE TRIGGER audit_keeps_values BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        -- INSERT OR REPLACE removes a row without asking the trigger above.
        CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
        WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
        """,
        """
        ALTER TABLE patient ADD COLUMN room TEXT;
        ALTER TABLE deleted_patient ADD COLUMN room TEXT;
        """,
        """
        ALTER TABLE patient ADD COLUMN monitoring TEXT;
        ALTER TABLE patient ADD COLUMN standby TEXT;
        ALTER TABLE patient ADD COLUMN discharge TEXT;
        ALTER TABLE deleted_patient ADD COLUMN monitoring TEXT;
        ALTER TABLE deleted_patient ADD COLUMN standby TEXT;
        ALTER TABLE deleted_patient ADD COLUMN discharge TEXT;
        ALTER TABLE alarm_limits ADD COLUMN score_threshold INTEGER;
        ALTER TABLE alarm_limits ADD COLUMN reason TEXT;

        -- Every limits that ever held, those of now too.
        CREATE TABLE limit_history (
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            patient_id BLOB NOT NULL,
            version INTEGER NOT NULL,
            signs TEXT NOT NULL,
            set_by TEXT NOT NULL,
            set_at INTEGER NOT NULL,
            score_threshold INTEGER,
            reason TEXT,
            PRIMARY KEY (region, ward, patient_id, version)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO limit_history (region, ward, patient_id, version, signs, set_by, set_at)
        SELECT region, ward, patient_id, version, signs, set_by, set_at FROM alarm_limits;
        CREATE TRIGGER limit_history_keeps_values BEFORE UPDATE ON limit_history
        BEGIN SELECT RAISE(ABORT, 'the history of limits is append-only'); END;
        CREATE TRIGGER limit_history_keeps_rows BEFORE DELETE ON limit_history
        BEGIN SELECT RAISE(ABORT, 'the history of limits is append-only'); END;
        CREATE TRIGGER limit_history_is_not_replaced BEFORE INSERT ON limit_history
        WHEN EXISTS (SELECT 1 FROM limit_history WHERE region = NEW.region AND ward = NEW.ward AND patient_id = NEW.patient_id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'the history of limits is append-only'); END;
        """,
        // Words without marks and punctuation, and the bed.
        """
        DELETE FROM patient_word;
        INSERT OR IGNORE INTO patient_word (word, patient_id)
        SELECT word.value, patient.id FROM patient, json_each(search_words(mrn || ' ' || given_name || ' ' || family_name || ' ' || ifnull(bed, ''))) AS word;
        """,
        """
        ALTER TABLE patient ADD COLUMN birth_date_estimated INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE deleted_patient ADD COLUMN birth_date_estimated INTEGER NOT NULL DEFAULT 0;
        """,
        """
        ALTER TABLE patient ADD COLUMN code_status TEXT;
        ALTER TABLE patient ADD COLUMN changed_by TEXT;
        ALTER TABLE patient ADD COLUMN changed_at INTEGER;
        ALTER TABLE deleted_patient ADD COLUMN code_status TEXT;
        ALTER TABLE deleted_patient ADD COLUMN changed_by TEXT;
        ALTER TABLE deleted_patient ADD COLUMN changed_at INTEGER;

        -- What was replaced; the version of now is in patient alone.
        CREATE TABLE patient_version (
            id BLOB NOT NULL,
            version INTEGER NOT NULL,
            mrn TEXT NOT NULL,
            region TEXT NOT NULL,
            ward TEXT NOT NULL,
            room TEXT,
            bed TEXT,
            given_name TEXT NOT NULL,
            family_name TEXT NOT NULL,
            birth_date TEXT NOT NULL,
            birth_date_estimated INTEGER NOT NULL,
            sex TEXT NOT NULL,
            status TEXT NOT NULL,
            spo2_scale INTEGER NOT NULL,
            medical_history TEXT NOT NULL,
            allergies TEXT NOT NULL,
            medications TEXT NOT NULL,
            monitoring TEXT,
            standby TEXT,
            discharge TEXT,
            code_status TEXT,
            changed_by TEXT,
            changed_at INTEGER,
            PRIMARY KEY (id, version)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER patient_version_keeps_values BEFORE UPDATE ON patient_version
        BEGIN SELECT RAISE(ABORT, 'versions of a record are append-only'); END;
        CREATE TRIGGER patient_version_keeps_rows BEFORE DELETE ON patient_version
        BEGIN SELECT RAISE(ABORT, 'versions of a record are append-only'); END;
        CREATE TRIGGER patient_version_is_not_replaced BEFORE INSERT ON patient_version
        WHEN EXISTS (SELECT 1 FROM patient_version WHERE id = NEW.id AND version = NEW.version)
        BEGIN SELECT RAISE(ABORT, 'versions of a record are append-only'); END;

        CREATE TABLE patient_note (
            id BLOB NOT NULL PRIMARY KEY,
            patient_id BLOB NOT NULL,
            at INTEGER NOT NULL,
            author TEXT NOT NULL,
            text TEXT NOT NULL,
            observations TEXT NOT NULL,
            corrects BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patient_note_by_patient ON patient_note (patient_id, at, id);
        CREATE TRIGGER patient_note_keeps_values BEFORE UPDATE ON patient_note
        BEGIN SELECT RAISE(ABORT, 'notes are append-only'); END;
        CREATE TRIGGER patient_note_keeps_rows BEFORE DELETE ON patient_note
        BEGIN SELECT RAISE(ABORT, 'notes are append-only'); END;
        """,
        // Wrong passwords are counted by address and device, and no longer lock an account.
        """
        ALTER TABLE account DROP COLUMN failed_sign_ins;
        ALTER TABLE account ADD COLUMN credentials TEXT NOT NULL DEFAULT '';
        UPDATE account SET locked_until = NULL WHERE locked_until < 2533707648000000000;

        -- Sessions, API keys, invitations; GRANT alone is a word of SQL.
        CREATE TABLE grant_ (
            id TEXT NOT NULL PRIMARY KEY,
            kind TEXT NOT NULL,
            account_id BLOB,
            name TEXT NOT NULL,
            detail TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL,
            expires_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX grant_by_account ON grant_ (kind, account_id);
        """,
        // Who works here keeps what they could see; a new account is given its wards.
        """
        ALTER TABLE account ADD COLUMN wards TEXT NOT NULL DEFAULT '*';
        """,
        // Lists by name of a hospital with a million records, and who is here among those who have left; conditions are found by their words.
        """
        CREATE INDEX patient_by_region ON patient (region, family_key, given_key);
        CREATE INDEX patient_here_by_name ON patient (family_key, given_key) WHERE status = 'Admitted';
        CREATE INDEX patient_here_by_region ON patient (region, family_key, given_key) WHERE status = 'Admitted';
        CREATE INDEX patient_here_by_ward ON patient (region, ward, family_key, given_key) WHERE status = 'Admitted';
        -- Also whose status cannot be read: nobody is left unwatched by that.
        CREATE INDEX patient_watched ON patient (id) WHERE status <> 'Discharged';

        INSERT OR IGNORE INTO patient_word (word, patient_id)
        SELECT word.value, patient.id
        FROM patient, json_each(iif(json_valid(medical_history), medical_history, '[]')) AS entry,
            json_each(search_words(ifnull(json_extract(medical_history, entry.fullkey || '.condition'), '') || ' ' || ifnull(json_extract(medical_history, entry.fullkey || '.code'), ''))) AS word;
        """,
        // Who was here at a past moment: whose record has not changed since, and those whose has.
        """
        CREATE INDEX patient_by_change ON patient (changed_at);
        """,
    ];
}
