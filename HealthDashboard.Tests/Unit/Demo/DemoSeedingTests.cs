using HealthDashboard.Census;
using HealthDashboard.Clinical;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Demo;
using HealthDashboard.Live;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>The demo hospital in the real embedded stores: written once, and completed when the program ended on the way.</summary>
public sealed class DemoSeedingTests : IAsyncDisposable
{
    private readonly TempDirectory data = new();
    private readonly ManualTime time = new();
    private readonly IOptions<SimulationOptions> options = Options.Create(new SimulationOptions { Demo = true, Patients = 12, History = TimeSpan.FromHours(4) });
    private readonly SqlitePatientStore patients;
    private readonly SqliteCareTeamStore team;
    private readonly SqliteAlertStore alerts;
    private readonly SqliteVitalStore vitals;

    public DemoSeedingTests()
    {
        patients = new SqlitePatientStore(PatientSchema.Open(data["patients.db"]));
        team = new SqliteCareTeamStore(CareTeamSchema.Open(data["careteam.db"]));
        alerts = new SqliteAlertStore(AlertSchema.Open(data["alerts.db"]), NullLogger<SqliteAlertStore>.Instance);
        vitals = new SqliteVitalStore(new SqliteVitalOptions { Directory = data.Path }, time, NullLogger<SqliteVitalStore>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await vitals.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task A_crash_on_the_way_is_completed_at_the_next_start()
    {
        var failing = BrokenStore.Of<IPatientStore>(patients, nameof(IPatientStore.AddAsync), (_, _) => throw new StoreUnavailableException("Test", "gone."));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Records(failing).Records.WriteAsync(default));
        Assert.Equal(0, (await patients.SearchAsync(new PatientQuery())).Total);

        var (records, directory) = Records(patients);
        await records.WriteAsync(default);
        Assert.Equal(12, (await patients.SearchAsync(new PatientQuery())).Total);
        Assert.Equal(12, directory.All.Count);
        foreach (var demo in records.Plan)
        {
            var members = await team.TeamAsync(demo.Patient.Id, time.GetUtcNow());
            Assert.Equal(members.Count, members.Select(member => (member.Clinician.Id, member.Role)).Distinct().Count());
            Assert.Contains(members, member => member.Role == CareRole.AssignedNurse);
        }
        Assert.Equal(
            records.Plan.Select(demo => (demo.Patient.Id, Room.Of(demo.Patient))).Order(),
            (await team.OpenStaysAsync()).Select(stay => (stay.PatientId, (Room?)stay.Room)).Order());
        Assert.Equal(Records(patients).Records.Plan.Count(demo => demo.Limits is not null), (await patients.AllLimitsAsync()).Count);
    }

    [Fact]
    public async Task Writing_again_changes_nothing_and_brings_nobody_back()
    {
        var (records, _) = Records(patients);
        await records.WriteAsync(default);
        await patients.DeleteAsync(records.Plan[3].Patient.Id, 1);
        var (again, directory) = Records(patients);
        await again.WriteAsync(default);
        Assert.Null(await patients.FindAsync(records.Plan[3].Patient.Id));
        Assert.Equal(11, directory.All.Count);
        var first = Assert.IsType<Patient>(await patients.FindAsync(records.Plan[0].Patient.Id));
        Assert.Equal(1, first.Version);
    }

    [Fact]
    public async Task The_past_is_what_the_monitors_and_the_rules_say_and_is_written_once()
    {
        var (records, directory) = Records(patients);
        await records.WriteAsync(default);
        // Number 7 is unwell, so there is at least one alert.
        var demo = records.Plan[7];
        var failing = BrokenStore.Of<IVitalStore>(vitals, nameof(IVitalStore.ImportAsync), (store, args) => (VitalSign)args[1]! == VitalSign.HeartRate
            ? throw new StoreUnavailableException("Test", "gone.")
            : store.ImportAsync((ObjectId)args[0]!, (VitalSign)args[1]!, (IReadOnlyList<Sample>)args[2]!));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => History(failing, directory).WriteAsync(demo, default));
        Assert.True(await History(vitals, directory).WriteAsync(demo, default) > 3 * (3600 + (3 * 720)));
        Assert.Equal(0, await History(vitals, directory).WriteAsync(demo, default));

        var from = time.GetUtcNow() - options.Value.History;
        var stored = await vitals.ReadAsync(demo.Patient.Id, VitalSign.HeartRate, from, time.GetUtcNow());
        List<Reading> expected = [];
        for (var second = from.ToUnixTimeSeconds(); second < time.GetUtcNow().ToUnixTimeSeconds(); second++)
            demo.Monitor.Read(second, default, all: false, expected);
        // Every second of the last hour, and every fifth before it.
        var whole = time.GetUtcNow().AddHours(-1);
        Assert.Equal(
            expected.Where(reading => reading.Sign == VitalSign.HeartRate && (reading.At >= whole || reading.Time % 5000 == 0 || reading.At == from))
                .Select(reading => new Sample(reading.Time, reading.Value)),
            stored);

        var past = await alerts.QueryAsync(new AlertQuery { Limit = 10_000 });
        // Always at NEWS2 5, and so with a threshold of their own.
        Assert.Equal(7, demo.Limits!.ScoreThreshold);
        Assert.DoesNotContain(past, alert => alert.Sign == Alert.ScoreSign);
        Assert.All(past.Where(alert => alert.Priority != AlertPriority.Low), alert =>
        {
            Assert.Equal(AlertResponse.Acknowledged, alert.Response);
            Assert.Equal(0, alert.Escalation);
            Assert.InRange(alert.AcknowledgedAt!.Value, alert.RaisedAt, time.GetUtcNow());
        });
    }

    [Fact]
    public async Task The_time_before_is_written_once_joins_without_a_gap_and_leaves_no_alert_open()
    {
        options.Value.EarlierHistory = TimeSpan.FromHours(6);
        var (records, directory) = Records(patients);
        await records.WriteAsync(default);
        var demo = records.Plan[7];
        var history = History(vitals, directory);
        Assert.Equal(0, await history.WriteEarlierAsync(demo, default));
        await history.WriteAsync(demo, default);
        var joined = time.GetUtcNow() - options.Value.History;
        var after = await alerts.QueryAsync(new AlertQuery { From = joined, Limit = 10_000 });
        Assert.True(await history.WriteEarlierAsync(demo, default) > 3 * 6 * 720);
        Assert.Equal(0, await history.WriteEarlierAsync(demo, default));

        var stored = await vitals.ReadAsync(demo.Patient.Id, VitalSign.HeartRate, joined.AddHours(-7), joined.AddMinutes(1));
        Assert.Equal(joined.AddHours(-6), DateTimeOffset.FromUnixTimeMilliseconds(stored[0].Time), TimeSpan.FromSeconds(5));
        Assert.All(stored.Zip(stored.Skip(1)), pair => Assert.InRange(pair.Second.Time - pair.First.Time, 1, 5000));
        Assert.All(await alerts.QueryAsync(new AlertQuery { To = joined, Limit = 10_000 }), alert => Assert.Equal(AlertCondition.Ended, alert.Condition));
        Assert.Equal(after, await alerts.QueryAsync(new AlertQuery { From = joined, Limit = 10_000 }));
    }

    [Fact]
    public async Task Of_the_time_before_a_doctor_has_reviewed_some_alerts()
    {
        options.Value.EarlierHistory = TimeSpan.FromDays(3);
        var (records, directory) = Records(patients);
        await records.WriteAsync(default);
        var history = History(vitals, directory);
        foreach (var demo in records.Plan)
        {
            await history.WriteAsync(demo, default);
            await history.WriteEarlierAsync(demo, default);
        }
        var before = await alerts.QueryAsync(new AlertQuery { To = time.GetUtcNow() - options.Value.History, Limit = 10_000 });
        var reviewed = before.Where(alert => alert.Review is not null).ToList();
        Assert.InRange(reviewed.Count, 1, before.Count - 1);
        Assert.All(reviewed, alert => Assert.InRange(alert.Review!.At, alert.EndedAt!.Value, time.GetUtcNow()));
        Assert.All(reviewed.Where(alert => alert.Kind == AlertKind.Technical), alert => Assert.Equal(AlertVerdict.Artefact, alert.Review!.Verdict));
    }

    private DemoHistory History(IVitalStore store, PatientDirectory directory) =>
        new(store, alerts, directory, new LiveHistory(store, new LiveVitals(time), time), AlarmRules.Default, options, time);

    private (DemoRecords Records, PatientDirectory Directory) Records(IPatientStore store)
    {
        var directory = new PatientDirectory(store, new AlarmOptions().DefaultLimits, time, NullLogger<PatientDirectory>.Instance);
        return (new DemoRecords(store, team, directory, options, time), directory);
    }
}
