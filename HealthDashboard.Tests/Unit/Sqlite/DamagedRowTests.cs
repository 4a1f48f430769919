using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.Analytics;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Unit.Sqlite;

/// <summary>One damaged row in each embedded store: it is named and passed over, and everything else is as before.</summary>
public sealed class DamagedRowTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("sex", "'robot'")]
    [InlineData("sex", "'1'")]
    [InlineData("sex", "'77'")]
    [InlineData("status", "'0'")]
    [InlineData("birth_date", "'long ago'")]
    [InlineData("spo2_scale", "3")]
    [InlineData("medications", "'x'")]
    [InlineData("medical_history", "'[{\"condition\":\"COPD\",\"clinicalStatus\":1}]'")]
    [InlineData("medical_history", "'[{\"condition\":\"COPD\",\"clinicalStatus\":\"1\"}]'")]
    [InlineData("standby", "'{}x'")]
    public async Task A_record(string column, string value)
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var store = new SqlitePatientStore(database);
        var added = await store.AddAsync([Patient("M1"), Patient("M2")]);
        await RunAsync(database, $"UPDATE patient SET {column} = {value} WHERE mrn = 'M1'");

        Assert.Equal(["M2"], (await store.SearchAsync(new PatientQuery())).Items.Select(patient => patient.Mrn));
        Assert.Equal(["M1", "M2"], (await store.AdmittedAsync().ToListAsync()).Select(patient => patient.Mrn).Order());
        var error = await Assert.ThrowsAsync<DamagedRecordException>(() => store.FindAsync(added[0].Id));
        Assert.Equal([column], error.Damage.Fields);
        Assert.Equal("M1", Assert.IsType<Patient>(error.Readable).Mrn);
        await Assert.ThrowsAsync<DamagedRecordException>(() => store.DeleteAsync(added[0].Id, 1));
        var health = await new SqliteHealthCheck(database, TimeProvider.System).CheckHealthAsync(Context);
        Assert.Equal((HealthStatus.Degraded, $"1 record is damaged: patient {added[0].Id} ({column})."), (health.Status, health.Description));

        await store.ReplaceAsync(added[0]);
        Assert.NotNull(await store.FindAsync(added[0].Id));
        Assert.Equal(0, store.Damaged.Count);
    }

    [Fact]
    public async Task Limits()
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var store = new SqlitePatientStore(database);
        var scope = LimitScope.OfWard("north", "ICU");
        await store.PutLimitsAsync(scope, new AlarmLimits { SetBy = "dora", Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(50, 120) } });
        await RunAsync(database, "UPDATE alarm_limits SET signs = json_set(signs, '$.etCO2', json('{\"low\":1}'), '$.spo2', 'x')");
        Assert.Equal([VitalSign.HeartRate], Assert.Single(await store.AllLimitsAsync()).Value.Signs.Keys);
        var error = await Assert.ThrowsAsync<DamagedRecordException>(() => store.FindLimitsAsync(scope));
        Assert.Equal(["signs (one that is not known)", "signs.spo2"], error.Damage.Fields);
        Assert.Equal("north/ICU", error.Damage.Id);
    }

    [Fact]
    public async Task An_account()
    {
        using var database = PatientSchema.Open(directory["patients.db"]);
        var store = new SqliteAccountStore(database);
        await store.AddAsync(new Account { Id = Id(), UserName = "nina", DisplayName = "Nina", Role = "Nurse" });
        await store.AddAsync(new Account { Id = Id(), UserName = "dora", DisplayName = "Dora", Role = "Nurse" });
        await RunAsync(database, "UPDATE account SET locked_until = 9223372036854775807 WHERE user_name = 'nina'");
        await Assert.ThrowsAsync<DamagedRecordException>(() => store.FindByNameAsync("nina"));
        Assert.Equal(["dora"], (await store.AllAsync()).Select(account => account.UserName));
    }

    [Fact]
    public async Task An_open_alert_gives_its_place_to_the_one_that_is_raised_again()
    {
        using var database = AlertSchema.Open(directory["alerts.db"]);
        var store = new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance);
        var (damaged, other) = (Alert(), Alert());
        await store.WriteAsync([Raised(damaged), Raised(other)], []);
        await RunAsync(
            database, "DROP TRIGGER alert_log_keeps_values; UPDATE alert_log SET alert = json_set(alert, '$.priority', 'robot') WHERE alert_id = unhex(@id)", damaged.Id);

        Assert.Equal([other.Id], (await store.ReadOpenAsync()).Open.Select(alert => alert.Id));
        Assert.Equal([other.Id], (await store.ReadChangesAsync(0, 10)).Select(change => change.Alert.Id));
        await Assert.ThrowsAsync<DamagedRecordException>(() => store.FindAsync(damaged.Id));
        Assert.Contains("alert_log sequence 1 (alert)", database.Damaged.Words(), StringComparison.Ordinal);
        var again = damaged with { Id = Id() };
        Assert.True(Assert.Single(await store.WriteAsync([Raised(again)], [])).Taken);
        Assert.Equal([other.Id, again.Id], (await store.ReadOpenAsync()).Open.Select(alert => alert.Id));
    }

    [Fact]
    public async Task A_damaged_alert_that_is_still_known_is_mended_by_its_next_version()
    {
        using var database = AlertSchema.Open(directory["alerts.db"]);
        var store = new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance);
        var alert = Alert();
        await store.WriteAsync([Raised(alert)], []);
        await RunAsync(database, "DROP TRIGGER alert_log_keeps_values; UPDATE alert_log SET alert = 'x' WHERE alert_id = unhex(@id)", alert.Id);
        Assert.Empty((await store.ReadOpenAsync()).Open);
        Assert.True(Assert.Single(await store.WriteAsync([Raised(alert with { Version = 2 })], [])).Taken);
        Assert.Equal([alert.Id], (await store.ReadOpenAsync()).Open.Select(open => open.Id));
    }

    [Fact]
    public async Task A_clinician_and_an_assignment()
    {
        using var database = CareTeamSchema.Open(directory["careteam.db"]);
        var store = new SqliteCareTeamStore(database);
        var (nina, dora) = (Clinician("nina"), Clinician("dora"));
        var patient = Id();
        await store.PutCliniciansAsync([nina, dora]);
        await store.AssignAsync([new(patient, nina, CareRole.AssignedNurse, Noon, null), new(patient, dora, CareRole.ChargeNurse, Noon, null)]);
        await RunAsync(database, "UPDATE clinician SET profession = '1' WHERE id = unhex(@id)", nina.Id);
        await RunAsync(database, "UPDATE assignment SET role = 77 WHERE clinician_id = unhex(@id)", dora.Id);
        Assert.Equal([dora], await store.CliniciansAsync());
        Assert.Empty(await store.TeamAsync(patient, Noon.AddHours(1)));
        Assert.Equal(2, database.Damaged.Count);
    }

    [Fact]
    public async Task A_roll_up()
    {
        using var database = AnalyticsSchema.Open(directory["analytics.db"]);
        var store = new SqliteAnalyticsStore(database);
        var day = new DateOnly(2026, 11, 1);
        await store.PutAsync([new DailyAlerts("north", "ICU", day, AlertPriority.High, 1, 1, 2, 2), new DailyAlerts("north", "ICU", day, AlertPriority.Medium, 1, 1, 2, 2)], Noon);
        await RunAsync(database, $"UPDATE daily_alerts SET priority = 77 WHERE priority = {(int)AlertPriority.High}");
        var view = await store.AlertsAsync("north", "ICU", day, day);
        Assert.Equal([AlertPriority.Medium], view.Items.Select(item => item.Priority));
        Assert.Equal(Noon, view.AsOf);
        Assert.Equal("1 record is damaged: daily_alerts north/ICU (priority).", database.Damaged.Words());
    }

    private static HealthCheckContext Context => new()
    {
        Registration = new HealthCheckRegistration("patients", _ => throw new InvalidOperationException(), HealthStatus.Unhealthy, tags: null),
    };

    private static Task<int> RunAsync(SqliteDatabase database, string sql, ObjectId id = default) =>
        database.RunAsync(connection => connection.Execute(sql, new { id = id.ToString() }), CancellationToken.None);
}
