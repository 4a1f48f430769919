using System.Data.Common;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.Sqlite.CareTeam;

/// <summary>The statements on the care team, and how rows become records.</summary>
internal static class CareTeamStatements
{
    private const string Clinician = "c.id, c.name, c.profession, c.region, c.ward, c.account";
    private const string Holds = "a.begins <= @at AND (a.ends IS NULL OR @at < a.ends)";

    private const string Overlap =
        "max(own.begins, other.begins), min(coalesce(own.ends, 9223372036854775807), coalesce(other.ends, 9223372036854775807))";

    // Also true of a time of no length within the other, which whoever asks leaves out.
    private const string Overlaps = """
        own.patient_id = @patientId AND other.patient_id <> own.patient_id
            AND (own.ends IS NULL OR own.ends > max(@since, other.begins)) AND (other.ends IS NULL OR other.ends > max(@since, own.begins))
        """;

    public const string PutClinician = """
        INSERT INTO clinician (id, name, name_key, profession, region, ward, account)
        VALUES (@Id, @Name, @NameKey, @Profession, @Region, @Ward, @Account)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, profession = excluded.profession,
            region = excluded.region, ward = excluded.ward, account = excluded.account, left_at = NULL
        """;

    public const string Clinicians = $"SELECT {Clinician} FROM clinician c WHERE c.left_at IS NULL ORDER BY c.name_key, c.id";

    public const string IsThere = "SELECT EXISTS (SELECT 1 FROM clinician WHERE id = @id AND left_at IS NULL)";

    public const string Leave = "UPDATE clinician SET left_at = @at, account = NULL WHERE id = @id AND left_at IS NULL";

    // One that has not begun ends as it begins, so it never holds.
    public const string LeaveDuties = """
        UPDATE assignment SET ends = max(begins, @at) WHERE clinician_id = @id AND (ends IS NULL OR ends > @at);
        DELETE FROM on_call WHERE clinician_id = @id;
        DELETE FROM referral WHERE @id IN (from_id, to_id);
        """;

    public const string Assign = """
        INSERT INTO assignment (patient_id, clinician_id, role, begins, ends) VALUES (@PatientId, @ClinicianId, @Role, @From, @To)
        ON CONFLICT (patient_id, clinician_id, role, begins) DO UPDATE SET ends = excluded.ends
        """;

    // One that has not begun ends as it begins, so it never holds.
    public const string Unassign = $"""
        UPDATE assignment AS a SET ends = max(begins, @at)
        WHERE patient_id = @patientId AND clinician_id = @clinicianId AND role = @role AND (ends IS NULL OR ({Holds}))
        """;

    public const string Team = $"""
        SELECT {Clinician}, a.patient_id, a.role, a.begins, a.ends
        FROM assignment a JOIN clinician c ON c.id = a.clinician_id
        WHERE a.patient_id = @patientId AND {Holds}
        ORDER BY a.role, a.begins, c.name_key, c.id
        """;

    public const string AssignmentsOf = $"""
        SELECT {Clinician}, a.patient_id, a.role, a.begins, a.ends
        FROM assignment a JOIN clinician c ON c.id = a.clinician_id
        WHERE a.clinician_id = @clinicianId AND (a.ends IS NULL OR a.ends > max(@at, a.begins))
        ORDER BY a.begins, a.patient_id, a.role
        """;

    public const string Assignments = $"""
        SELECT {Clinician}, a.patient_id, a.role, a.begins, a.ends
        FROM assignment a JOIN clinician c ON c.id = a.clinician_id
        WHERE a.patient_id IN (SELECT unhex(value) FROM json_each(@patients))
            AND a.begins < @to AND (a.ends IS NULL OR a.ends > max(@from, a.begins))
        ORDER BY a.patient_id, a.begins, a.role, c.name_key, c.id
        """;

    // Apart, so that each is a range of the index by end, and what has ended long ago is not gone through.
    public const string PatientsWithTeam = """
        SELECT a.patient_id FROM assignment a INDEXED BY assignment_by_end WHERE a.ends IS NULL AND a.begins <= @at AND a.role <= @lastRole
        UNION
        SELECT a.patient_id FROM assignment a INDEXED BY assignment_by_end WHERE a.ends > @at AND a.begins <= @at AND a.role <= @lastRole
        ORDER BY 1
        """;

    public const string OnCall = $"SELECT {Clinician}, o.region, o.ward, o.role FROM on_call o JOIN clinician c ON c.id = o.clinician_id";

    public const string ClearOnCall = "DELETE FROM on_call WHERE region = @region AND ward = @ward";

    public const string PutOnCall = "INSERT INTO on_call (region, ward, role, clinician_id) VALUES (@region, @ward, @role, @clinicianId)";

    public const string PatientsOf = $"SELECT DISTINCT a.patient_id FROM assignment a WHERE a.clinician_id = @clinicianId AND {Holds} ORDER BY 1";

    public const string SharedPatients = $"""
        SELECT a.patient_id FROM assignment a WHERE a.clinician_id = @first AND {Holds}
        INTERSECT
        SELECT a.patient_id FROM assignment a WHERE a.clinician_id = @second AND {Holds}
        ORDER BY 1
        """;

    public const string Workload = $"""
        SELECT {Clinician}, count(DISTINCT a.patient_id) AS patients
        FROM clinician c LEFT JOIN assignment a ON a.clinician_id = c.id AND {Holds}
        WHERE c.left_at IS NULL
        GROUP BY c.id ORDER BY patients DESC, c.name_key, c.id
        """;

    public const string Refer = "INSERT INTO referral (from_id, to_id) VALUES (@from, @to) ON CONFLICT DO NOTHING";

    // Step by step outwards, each clinician at most once a step (UNION), so the work is bounded by 8 times the referrals;
    // then back from the target along any one of the shortest ways.
    public const string ReferralPath = $"""
        WITH RECURSIVE
        reached (id, step) AS (
            SELECT id, 0 FROM clinician WHERE id = @from AND left_at IS NULL
            UNION
            SELECT r.to_id, step + 1 FROM reached JOIN referral r ON r.from_id = reached.id WHERE step < 8),
        nearest (id, step) AS MATERIALIZED (SELECT id, min(step) FROM reached GROUP BY id),
        way (id, step) AS (
            SELECT id, step FROM nearest WHERE id = @to
            UNION ALL
            SELECT (SELECT min(n.id) FROM referral r JOIN nearest n ON n.id = r.from_id WHERE r.to_id = way.id AND n.step = way.step - 1), step - 1
            FROM way WHERE step > 0)
        SELECT {Clinician} FROM way JOIN clinician c ON c.id = way.id ORDER BY way.step
        """;

    // A stay that would end as it begins keeps no time, and gives its place to what begins then.
    public const string EndStay = """
        UPDATE stay SET ends = @At
        WHERE patient_id = @PatientId AND ends IS NULL AND begins <= @At
            AND (@Name IS NULL OR (region, ward, room) <> (@Region, @Ward, @Name))
        """;

    public const string BeginStay = """
        INSERT INTO stay (patient_id, region, ward, room, begins)
        SELECT @PatientId, @Region, @Ward, @Name, @At
        WHERE @Name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stay WHERE patient_id = @PatientId AND (ends IS NULL OR ends > @At))
        ON CONFLICT (patient_id, begins) DO UPDATE SET region = excluded.region, ward = excluded.ward, room = excluded.room, ends = NULL
        """;

    public const string OpenStays = "SELECT patient_id, region, ward, room, begins FROM stay WHERE ends IS NULL ORDER BY patient_id";

    // The largest integer stands for "no end" where ends are compared with each other.
    public const string Contacts = $"""
        WITH shared (patient_id, clinician_id, region, ward, room, begins, ends) AS (
            SELECT DISTINCT other.patient_id, own.clinician_id, NULL, NULL, NULL, {Overlap}
            FROM assignment own JOIN assignment other ON other.clinician_id = own.clinician_id AND {Overlaps}
            UNION ALL
            SELECT other.patient_id, NULL, own.region, own.ward, own.room, {Overlap}
            FROM stay own JOIN stay other ON other.region = own.region AND other.ward = own.ward AND other.room = own.room AND {Overlaps})
        SELECT {Clinician}, s.patient_id, s.begins, nullif(s.ends, 9223372036854775807), s.region, s.ward, s.room
        FROM shared s LEFT JOIN clinician c ON c.id = s.clinician_id
        WHERE s.begins < s.ends AND (s.room IS NOT NULL OR c.profession = @nurse)
        ORDER BY s.begins, s.patient_id, s.room IS NULL, c.name_key, c.id
        """;

    /// <exception cref="DamagedRecordException">The clinician is damaged.</exception>
    public static Clinician MapClinician(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, "clinician", row);
        var clinician = new Clinician(
            fields.Need("id", static from => from.GetId(0)),
            fields.Need("name", static from => from.GetString(1)),
            fields.Need("profession", static from => from.GetName<Profession>(2)),
            fields.Need("region", static from => from.GetString(3)),
            fields.Read("ward", static from => from.GetStringOrNull(4), null),
            fields.Read("account", static from => from.GetStringOrNull(5), null));
        return fields.Whole(row.IdText(0), clinician);
    }

    /// <exception cref="DamagedRecordException">The assignment or its clinician is damaged.</exception>
    public static CareAssignment MapAssignment(DbDataReader row, DamagedRecords damaged)
    {
        var clinician = MapClinician(row, damaged);
        var fields = new RecordReader<DbDataReader>(damaged, "assignment", row);
        var assignment = new CareAssignment(
            fields.Need("patient_id", static from => from.GetId(6)),
            clinician,
            fields.Need("role", static from => from.GetNumber<CareRole>(7)),
            fields.Need("begins", static from => from.GetTime(8)),
            fields.Need("ends", static from => from.GetTimeOrNull(9)));
        return fields.Whole($"patient {row.IdText(6)} clinician {row.IdText(0)}", assignment);
    }

    /// <exception cref="DamagedRecordException">The entry or its clinician is damaged.</exception>
    public static (WardKey? Ward, CareRole Role, Clinician Clinician) MapOnCall(DbDataReader row, DamagedRecords damaged)
    {
        var clinician = MapClinician(row, damaged);
        var fields = new RecordReader<DbDataReader>(damaged, "on_call", row);
        var entry = (
            row.GetString(7) is { Length: > 0 } ward ? new WardKey(row.GetString(6), ward) : null,
            fields.Need("role", static from => from.GetNumber<CareRole>(8)),
            clinician);
        return fields.Whole($"{row.GetString(6)}/{row.GetString(7)}", entry);
    }

    /// <exception cref="DamagedRecordException">The stay is damaged.</exception>
    public static Stay MapOpenStay(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, "stay", row);
        var stay = new Stay(
            fields.Need("patient_id", static from => from.GetId(0)),
            new(row.GetString(1), row.GetString(2), row.GetString(3)),
            fields.Need("begins", static from => from.GetTime(4)));
        return fields.Whole($"patient {row.IdText(0)}", stay);
    }

    /// <exception cref="DamagedRecordException">What the contact comes from is damaged.</exception>
    public static Contact MapContact(DbDataReader row, DamagedRecords damaged)
    {
        var fields = new RecordReader<DbDataReader>(damaged, "stay", row);
        var patient = fields.Need("patient_id", static from => from.GetId(6));
        var begins = fields.Need("begins", static from => from.GetTime(7));
        var ends = fields.Need("ends", static from => from.GetTimeOrNull(8));
        Contact contact = row.GetStringOrNull(11) is { } room
            ? new RoomContact(patient, new(row.GetString(9), row.GetString(10), room), begins, ends)
            : new NurseContact(patient, MapClinician(row, damaged), begins, ends);
        return fields.Whole($"patient {row.IdText(6)}", contact);
    }
}
