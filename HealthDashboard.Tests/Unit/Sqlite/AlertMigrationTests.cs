using System.Text.Json;
using Dapper;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Unit.Sqlite;

public sealed class AlertMigrationTests
{
    [Fact]
    public async Task Alerts_of_an_older_program_are_found_at_their_moments_too()
    {
        using var folder = new TempDirectory();
        var raised = Samples.Alert() with { PatientId = Samples.Id() };
        var ended = raised.Ended();
        var later = Samples.Noon.AddDays(3);
        using (var before = new SqliteDatabase("test", folder["alerts.db"], [AlertSchema.Migrations[0]]))
        {
            using var connection = before.Open();
            foreach (var (alert, kind, time) in ((Alert, AlertChangeKind, DateTimeOffset)[])[(raised, AlertChangeKind.Raised, Samples.Noon), (ended, AlertChangeKind.Ended, later)])
            {
                connection.Execute(
                    "INSERT INTO alert_log (alert_id, version, kind, actor, time, alert) VALUES (@Id, @Version, @kind, 'system', @time, @json)",
                    new { alert.Id, alert.Version, kind = kind.ToString(), time, json = JsonSerializer.Serialize(alert, StoredJson.Columns.Alert) });
            }
            connection.Execute(
                "INSERT INTO alert (id, sequence, version, patient_id, sign, direction, kind, priority, response, raised_at, is_open) VALUES (@Id, 2, 2, @PatientId, 'spo2', 1, 0, 2, 0, @RaisedAt, 0)",
                new { ended.Id, ended.PatientId, ended.RaisedAt });
        }
        using var database = AlertSchema.Open(folder["alerts.db"]);
        var store = new SqliteAlertStore(database, NullLogger<SqliteAlertStore>.Instance);

        Assert.Equal(raised.Id, Assert.Single(await store.ReadOpenAtAsync(later.AddSeconds(-1))).Id);
        Assert.Empty(await store.ReadOpenAtAsync(later));

        // A review long after keeps the time at which it was closed, so that no later moment has to look at it.
        var reviewed = ended with { Version = 3, Review = new(AlertVerdict.FalseAlarm, null, "doc", later.AddDays(30)) };
        Assert.True((await store.WriteAsync([new(AlertChangeKind.Reviewed, reviewed, "doc", later.AddDays(30))], []))[0].Taken);
        using var look = database.Open();
        Assert.Equal(later, look.QuerySingle<DateTimeOffset>("SELECT closed_at FROM alert"));
    }
}
