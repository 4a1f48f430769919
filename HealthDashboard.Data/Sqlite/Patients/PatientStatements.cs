using System.Data.Common;
using System.Text.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.Patients;

/// <summary>The statements on patient records, and how a record and a row become each other.</summary>
internal static class PatientStatements
{
    /// <summary>The columns that <see cref="Map"/> reads, in its order.</summary>
    public const string Columns =
        "id, mrn, region, ward, bed, given_name, family_name, birth_date, sex, status, spo2_scale, medical_history, allergies, medications, version, room, " +
        "monitoring, standby, discharge, birth_date_estimated, code_status, changed_by, changed_at";

    public const string Find = $"SELECT {Columns} FROM patient WHERE id = @id";
    public const string FindByMrn = $"SELECT {Columns} FROM patient WHERE mrn = @mrn";
    public const string Exists = "SELECT EXISTS (SELECT 1 FROM patient WHERE id = @id)";
    public const string PageById = $"SELECT {Columns} FROM patient WHERE id > @after ORDER BY id LIMIT @limit";
    public const string ByIds = $"SELECT {Columns} FROM patient WHERE id IN (SELECT unhex(value) FROM json_each(@ids)) ORDER BY family_key, given_key, id";
    public const string AdmittedById = $"SELECT {Columns} FROM patient INDEXED BY patient_watched WHERE id > @after AND status <> 'Discharged' ORDER BY id LIMIT @limit";
    public const string Deleted = "SELECT DISTINCT id FROM deleted_patient d WHERE id IN (SELECT unhex(value) FROM json_each(@ids)) AND NOT EXISTS (SELECT 1 FROM patient p WHERE p.id = d.id)";

    public const string Insert = $"""
        INSERT INTO patient ({Columns}, family_key, given_key)
        VALUES (@Id, @Mrn, @Region, @Ward, @Bed, @GivenName, @FamilyName, @BirthDate, @Sex, @Status, @Spo2Scale,
            @MedicalHistory, @Allergies, @Medications, @Version, @Room, @Monitoring, @Standby, @Discharge, @BirthDateEstimated,
            @CodeStatus, @ChangedBy, @ChangedAt, @FamilyKey, @GivenKey)
        """;

    public const string Update = """
        UPDATE patient
        SET mrn = @Mrn, region = @Region, ward = @Ward, room = @Room, bed = @Bed, given_name = @GivenName, family_name = @FamilyName,
            birth_date = @BirthDate, sex = @Sex, status = @Status, spo2_scale = @Spo2Scale, medical_history = @MedicalHistory,
            allergies = @Allergies, medications = @Medications, version = @Version, family_key = @FamilyKey, given_key = @GivenKey,
            monitoring = @Monitoring, standby = @Standby, discharge = @Discharge, birth_date_estimated = @BirthDateEstimated,
            code_status = @CodeStatus, changed_by = @ChangedBy, changed_at = @ChangedAt
        WHERE id = @Id AND version = @Version - 1
        """;

    public const string KeepVersion = $"INSERT INTO patient_version ({Columns}) SELECT {Columns} FROM patient WHERE id = @id AND version = @version";
    public const string Versions = $"SELECT {Columns} FROM patient_version WHERE id = @id ORDER BY version DESC LIMIT @limit";
    public const string AdmittedAndSame = $"SELECT {Columns} FROM patient INDEXED BY patient_watched WHERE status <> 'Discharged' AND ifnull(changed_at, @at) <= @at";

    // The last change of a record is its latest: who has not changed since needs no look at the versions.
    public const string AdmittedBefore = $"""
        SELECT {Columns} FROM patient_version v
        WHERE (id, version) IN (
            SELECT p.id, (SELECT version FROM patient_version w WHERE w.id = p.id AND ifnull(w.changed_at, @at) <= @at ORDER BY version DESC LIMIT 1)
            FROM patient p WHERE p.changed_at > @at)
        AND status <> 'Discharged'
        """;

    public const string KeepDeleted = $"INSERT INTO deleted_patient ({Columns}) SELECT {Columns} FROM patient WHERE id = @id AND version = @version";
    public const string Delete = "DELETE FROM patient WHERE id = @id";
    public const string InsertWord = "INSERT INTO patient_word (word, patient_id) VALUES (@word, @Id)";
    public const string DeleteWords = "DELETE FROM patient_word WHERE patient_id = @Id";

    public static object Parameters(Patient patient) => new
    {
        patient.Id,
        patient.Mrn,
        patient.Region,
        patient.Ward,
        patient.Room,
        patient.Bed,
        patient.GivenName,
        patient.FamilyName,
        patient.BirthDate,
        patient.BirthDateEstimated,
        Sex = patient.Sex.ToString(),
        Status = patient.Status.ToString(),
        Monitoring = patient.Monitoring?.ToString(),
        Standby = patient.Standby is { } standby ? JsonSerializer.Serialize(standby, StoredJson.Columns.Standby) : null,
        Discharge = patient.Discharge is { } discharge ? JsonSerializer.Serialize(discharge, StoredJson.Columns.Discharge) : null,
        patient.Spo2Scale,
        MedicalHistory = JsonSerializer.Serialize(patient.MedicalHistory, StoredJson.Columns.IReadOnlyListMedicalCondition),
        Allergies = JsonSerializer.Serialize(patient.Allergies, StoredJson.Columns.IReadOnlyListString),
        Medications = JsonSerializer.Serialize(patient.Medications, StoredJson.Columns.IReadOnlyListString),
        CodeStatus = patient.CodeStatus?.ToString(),
        patient.ChangedBy,
        patient.ChangedAt,
        patient.Version,
        FamilyKey = SearchWords.Fold(patient.FamilyName),
        GivenKey = SearchWords.Fold(patient.GivenName),
    };

    /// <summary>Reads a record. What cannot be read has a stand-in under which no alarm is rarer, but for a child's whose age is lost.</summary>
    /// <exception cref="DamagedRecordException">The record is damaged.</exception>
    public static Patient Map(DbDataReader row, DamagedRecords damaged, string place = "patient")
    {
        var fields = new RecordReader<DbDataReader>(damaged, place, row);
        var patient = new Patient
        {
            Id = fields.Need("id", static from => from.GetId(0)),
            Mrn = fields.Need("mrn", static from => from.GetString(1)),
            Region = fields.Need("region", static from => from.GetString(2)),
            Ward = fields.Need("ward", static from => from.GetString(3)),
            Bed = fields.Read("bed", static from => from.GetStringOrNull(4), null),
            GivenName = fields.Text("given_name", static from => from.GetString(5)),
            FamilyName = fields.Text("family_name", static from => from.GetString(6)),
            BirthDate = fields.Read("birth_date", static from => from.GetDay(7), default),
            BirthDateEstimated = fields.Read("birth_date_estimated", static from => from.GetInt32(19) != 0, true),
            Sex = fields.Read("sex", static from => from.GetName<Sex>(8), Sex.Unknown),
            Status = fields.Read("status", static from => from.GetName<PatientStatus>(9), PatientStatus.Admitted),
            Spo2Scale = fields.Read("spo2_scale", static from => from.GetInt32(10) is var scale and (1 or 2) ? scale : throw new FormatException(), 1),
            MedicalHistory = fields.Read<IReadOnlyList<MedicalCondition>>(
                "medical_history",
                static from => StoredJson.Of(from.GetString(11), StoredJson.Columns.IReadOnlyListMedicalCondition),
                [new MedicalCondition(RecordReader.Unreadable)]),
            Allergies = fields.Read<IReadOnlyList<string>>(
                "allergies", static from => StoredJson.Of(from.GetString(12), StoredJson.Columns.IReadOnlyListString), [RecordReader.Unreadable]),
            Medications = fields.Read<IReadOnlyList<string>>(
                "medications", static from => StoredJson.Of(from.GetString(13), StoredJson.Columns.IReadOnlyListString), [RecordReader.Unreadable]),
            Version = fields.Read("version", static from => from.GetInt64(14), 0),
            Room = fields.Read("room", static from => from.GetStringOrNull(15), null),
            Monitoring = fields.Read("monitoring", static from => from.IsDBNull(16) ? (MonitoringMode?)null : from.GetName<MonitoringMode>(16), null),
            Standby = fields.Read("standby", static from => from.IsDBNull(17) ? null : StoredJson.Of(from.GetString(17), StoredJson.Columns.Standby), null),
            Discharge = fields.Read(
                "discharge", static from => from.IsDBNull(18) ? null : StoredJson.Of(from.GetString(18), StoredJson.Columns.Discharge), null),
            CodeStatus = fields.Read("code_status", static from => from.IsDBNull(20) ? (CodeStatus?)null : from.GetName<CodeStatus>(20), null),
            ChangedBy = fields.Read("changed_by", static from => from.GetStringOrNull(21), null),
            ChangedAt = fields.Read("changed_at", static from => from.GetTimeOrNull(22), null),
        };
        return fields.Whole(row.IdText(0), patient);
    }
}
