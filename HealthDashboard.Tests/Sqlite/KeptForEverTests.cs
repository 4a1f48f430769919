using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Sqlite;

/// <summary>What the files themselves keep, even from someone who opens them with another program.</summary>
public sealed class KeptForEverTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("UPDATE audit SET actor = 'someone else'")]
    [InlineData("DELETE FROM audit")]
    [InlineData("INSERT OR REPLACE INTO audit (number, time, actor, action) VALUES (1, 0, 'someone else', 'nothing')")]
    public async Task The_audit_cannot_be_changed(string statement)
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var accounts = new SqliteAccountStore(database);
        await accounts.AuditAsync(new AuditEntry(Samples.Noon, "nina", "patient.read"));
        Refuses(database, statement);
        Assert.Equal("nina", Assert.Single(await accounts.ReadAuditAsync(null, 10)).Actor);
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
        patient = await patients.ReplaceAsync(patient with { Bed = "4" });
        await patients.DeleteAsync(patient.Id, 2);
        var kept = await database.RunAsync(
            c => c.QuerySingle<(string, string, string, long)>("SELECT mrn, family_name, bed, version FROM deleted_patient"), default);
        Assert.Equal(("M1", "Muster", "4", 2), kept);
        Assert.Equal(0, await database.RunAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM patient_word"), default));
    }

    [Fact]
    public void Every_file_says_its_version_and_is_opened_again_as_it_is()
    {
        foreach (var (open, migrations) in new (Func<string, SqliteDatabase>, IReadOnlyList<string>)[]
        {
            (PatientSchema.Open, PatientSchema.Migrations), (CareTeamSchema.Open, CareTeamSchema.Migrations),
            (AnalyticsSchema.Open, AnalyticsSchema.Migrations), (AlertSchema.Open, AlertSchema.Migrations),
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
    public async Task A_page_of_a_ward_is_read_from_the_index_that_begins_with_the_region()
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var (where, parameters) = PatientStatements.Where(new(Region: "north", Ward: "ICU"));
        var plan = await database.RunAsync(
            c => c.Query($"EXPLAIN QUERY PLAN {PatientStatements.Page(where)}", parameters).Select(row => (string)row.detail).ToList(), default);
        Assert.Contains(plan, step => step.Contains("USING INDEX patient_by_ward (region=? AND ward=?)", StringComparison.Ordinal));
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    private static void Refuses(SqliteDatabase database, string statement)
    {
        using var connection = database.Open();
        var error = Assert.Throws<SqliteException>(() => connection.Execute(statement));
        Assert.Contains("append-only", error.Message);
    }
}
