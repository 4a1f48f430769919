using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Audit;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Sqlite;

/// <summary>What the files themselves keep, even from someone who opens them with another program.</summary>
public sealed class KeptForEverTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("UPDATE entry SET actor = 'someone else'")]
    [InlineData("DELETE FROM entry")]
    [InlineData("INSERT OR REPLACE INTO entry (chain, sequence, previous, hash, time, actor, action) VALUES ('test', 1, '', '', 0, 'someone else', 'nothing')")]
    [InlineData("INSERT OR REPLACE INTO seal SELECT * FROM seal")]
    public async Task The_audit_cannot_be_changed(string statement)
    {
        using var database = AuditSchema.Open(directory["audit.db"]);
        var audit = new SqliteAuditStore(database);
        await audit.AddAsync(new AuditEntry(Samples.Noon, "nina", "look.patient"));
        await audit.SealAsync(new AuditKey(new byte[AuditKey.ShortestSecret]).Sign(await audit.HeadAsync("test"), 1, Samples.Noon));
        Refuses(database, statement);
        Assert.Equal("nina", Assert.Single(await audit.EntriesAsync()).Actor);
    }

    [Theory]
    [InlineData("UPDATE alert_log SET actor = 'someone else'")]
    [InlineData("DELETE FROM alert_log")]
    [InlineData("INSERT OR REPLACE INTO alert_log SELECT * FROM alert_log")]
    [InlineData("INSERT OR REPLACE INTO alert_log SELECT 99, alert_id, version, kind, 'someone else', time, alert FROM alert_log")]
    public async Task The_alert_log_cannot_be_changed(string statement)
    {
        using var database = AlertSchema.Open(directory["alerts.db"]);
        var alerts = new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance);
        await alerts.WriteAsync([Samples.Raised(Samples.Alert())], []);
        Refuses(database, statement);
        Assert.Equal(AlertChange.SystemActor, Assert.Single(await alerts.ReadChangesAsync(0, 10)).Actor);
    }

    [Fact]
    public async Task A_deleted_patient_is_kept_beside_the_living()
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var patients = new SqlitePatientStore(database);
        var patient = (await patients.AddAsync([Samples.Patient("M1", "Muster")]))[0];
        patient = await patients.ReplaceAsync(patient with { Room = "2", Bed = "4" });
        await patients.DeleteAsync(patient.Id, 2);
        var kept = await database.RunAsync(
            c => c.QuerySingle<(string, string, string, string, long)>("SELECT mrn, family_name, room, bed, version FROM deleted_patient"), default);
        Assert.Equal(("M1", "Muster", "2", "4", 2), kept);
        Assert.Equal(0, await database.RunAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM patient_word"), default));
    }

    [Fact]
    public void Every_file_says_its_version_and_is_opened_again_as_it_is()
    {
        foreach (var (open, migrations) in new (Func<string, SqliteDatabase>, IReadOnlyList<string>)[]
        {
            (PatientSchema.Open, PatientSchema.Migrations), (CareTeamSchema.Open, CareTeamSchema.Migrations),
            (AnalyticsSchema.Open, AnalyticsSchema.Migrations), (AuditSchema.Open, AuditSchema.Migrations), (AlertSchema.Open, AlertSchema.Migrations),
        })
        {
            var path = directory[$"{Guid.NewGuid():n}.db"];
            // As the first release made it; this program's version must come out of it.
            new SqliteDatabase("first", path, [migrations[0]]).Dispose();
            using var database = open(path);
            using var connection = database.Open();
            Assert.Equal(migrations.Count, connection.ExecuteScalar<int>("PRAGMA user_version"));
            Assert.Equal("ok", connection.ExecuteScalar<string>("PRAGMA integrity_check"));
            Assert.Equal("wal", connection.ExecuteScalar<string>("PRAGMA journal_mode"));
        }
    }

    [Fact]
    public async Task Files_of_the_first_release_keep_what_they_have_and_take_what_is_new()
    {
        var (patient, nurse) = (Samples.Patient("M1") with { Version = 1 }, Samples.Clinician("Nina"));
        using (var old = new SqliteDatabase("first", directory["patients.db"], [PatientSchema.Migrations[0]]))
        {
            string[] later = ["room", "monitoring", "standby", "discharge", "birth_date_estimated", "code_status", "changed_by", "changed_at"];
            var statement = later.Aggregate(
                PatientStatements.Insert,
                (all, column) => all.Replace($", {column}", "").Replace($"@{string.Concat(column.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))},", ""));
            await old.WriteAsync(
                (c, t) => c.Execute(
                    "INSERT INTO alarm_limits VALUES ('north', 'ICU', x'', '{\"heartRate\":{\"low\":45,\"high\":130}}', 'dora', 0, 3)", transaction: t), default);
            await old.WriteAsync((c, t) => c.Execute(statement, PatientStatements.Parameters(patient), t), default);
        }
        using (var old = new SqliteDatabase("first", directory["careteam.db"], [CareTeamSchema.Migrations[0]]))
        {
            var row = new { Id = nurse.Id.ToByteArray(), nurse.Name, nurse.Region, PatientId = patient.Id.ToByteArray(), Samples.Noon };
            await old.WriteAsync((c, t) => c.Execute("INSERT INTO clinician VALUES (@Id, @Name, @Name, 'nurse', @Region, NULL, NULL)", row, t), default);
            await old.WriteAsync((c, t) => c.Execute("INSERT INTO assignment VALUES (@PatientId, @Id, 1, @Noon, NULL)", row, t), default);
        }

        using var records = PatientSchema.Open(directory["patients.db"]);
        var patients = new SqlitePatientStore(records);
        Assert.Equal(Samples.Json(patient), Samples.Json(await patients.FindAsync(patient.Id)));
        Assert.Equal("7", (await patients.ReplaceAsync(patient with { Room = "7" })).Room);
        var ward = LimitScope.OfWard("north", "ICU");
        var limits = (await patients.FindLimitsAsync(ward))!;
        Assert.Equal((45, 3, null), (limits.Signs[VitalSign.HeartRate].Low, limits.Version, limits.Reason));
        await patients.PutLimitsAsync(ward, limits with { Reason = "calmer" });
        Assert.Equal([4, 3], (await patients.LimitHistoryAsync(ward, 10)).Select(kept => kept.Version));
        using var graph = CareTeamSchema.Open(directory["careteam.db"]);
        var store = new SqliteCareTeamStore(graph);
        Assert.Equal([patient.Id], await store.PatientsOfAsync(nurse.Id, Samples.Noon));
        Assert.Empty(await store.OpenStaysAsync());
        var stay = new Stay(patient.Id, new("north", "ICU", "7"), Samples.Noon);
        await store.MoveAsync([new(stay.PatientId, stay.Room, stay.From)]);
        Assert.Equal([stay], await store.OpenStaysAsync());
    }

    [Theory]
    [InlineData(CareTeamStatements.Contacts, "USING COVERING INDEX stay_by_room (region=? AND ward=? AND room=?)", "SEARCH own USING PRIMARY KEY (patient_id=?)", "SEARCH other USING COVERING INDEX assignment_by_clinician (clinician_id=?)")]
    [InlineData(CareTeamStatements.Workload, "USING COVERING INDEX assignment_by_clinician (clinician_id=? AND begins<?)")]
    [InlineData(CareTeamStatements.OpenStays, "USING INDEX stay_open")]
    public async Task The_care_team_is_read_by_its_indexes(string statement, params string[] steps)
    {
        using var database = CareTeamSchema.Open(directory["careteam.db"]);
        var given = new { patientId = Samples.Id(), since = Samples.Noon, at = Samples.Noon, nurse = nameof(Profession.Nurse) };
        var plan = await database.RunAsync(c => c.Query($"EXPLAIN QUERY PLAN {statement}", given).Select(row => (string)row.detail).ToList(), default);
        Assert.All(steps, step => Assert.Contains(plan, line => line.Contains(step, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("north", "ICU", null, "USING INDEX patient_by_ward (region=? AND ward=?)")]
    [InlineData("north", "ICU", PatientStatus.Admitted, "USING INDEX patient_here_by_ward (region=? AND ward=?)")]
    [InlineData("north", null, PatientStatus.Admitted, "USING INDEX patient_here_by_region (region=?)")]
    [InlineData("north", null, PatientStatus.Discharged, "USING INDEX patient_by_region (region=?)")]
    [InlineData(null, null, PatientStatus.Admitted, "USING INDEX patient_here_by_name")]
    [InlineData(null, null, null, "USING INDEX patient_by_name")]
    public async Task A_page_is_read_from_an_index_that_is_in_its_order(string? region, string? ward, PatientStatus? status, string index)
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var plan = await database.ReadAsync(
            (connection, transaction) =>
            {
                var search = new PatientSearch(connection, transaction, new("asthma", region, ward, Status: status));
                return connection.Query($"EXPLAIN QUERY PLAN {search.Walk}", search.Parameters, transaction).Select(row => (string)row.detail).ToList();
            },
            default);
        Assert.Contains(plan, step => step.Contains(index, StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    private static void Refuses(SqliteDatabase database, string statement)
    {
        using var connection = database.Open();
        var error = Assert.Throws<SqliteException>(() => connection.Execute(statement));
        Assert.Contains("append-only", error.Message);
    }
}
