using Dapper;
using HealthDashboard.Data.Sqlite;
using HealthDashboard.Data.Sqlite.Alerts;
using HealthDashboard.Data.Sqlite.CareTeam;
using HealthDashboard.Data.Sqlite.Patients;
using HealthDashboard.Data.Sqlite.Vitals;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Tests.Unit.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private const string First = "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;";
    private const string Second = "ALTER TABLE thing ADD COLUMN size INTEGER NOT NULL DEFAULT 1;";
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_file_of_an_older_version_is_upgraded_in_place()
    {
        using (var old = Open(First))
            await old.WriteAsync((c, t) => c.Execute("INSERT INTO thing VALUES (1, 'kept')", transaction: t), default);
        using var database = Open(First, Second);
        Assert.Equal(("kept", 1L), await database.RunAsync(c => c.QuerySingle<(string, long)>("SELECT name, size FROM thing"), default));
        Assert.Equal(2, await database.RunAsync(c => c.ExecuteScalar<int>("PRAGMA user_version"), default));
    }

    [Fact]
    public void What_must_survive_a_power_cut_is_synced_at_each_commit()
    {
        const long full = 2;
        using var alerts = AlertSchema.Open(directory["alerts.db"]);
        using var patients = PatientSchema.Open(directory["patients.db"]);
        using var team = CareTeamSchema.Open(directory["team.db"]);
        using var vitals = new VitalFile(directory.Path);
        Assert.All(
            (SqliteDatabase[])[alerts, patients, team, vitals.Database],
            database =>
            {
                using var connection = database.Open();
                Assert.Equal((full, "wal"), (connection.ExecuteScalar<long>("PRAGMA synchronous"), connection.ExecuteScalar<string>("PRAGMA journal_mode")));
            });
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_as_it_is()
    {
        Open(First, Second).Dispose();
        var error = Assert.Throws<StoreException>(() => Open(First));
        Assert.Contains("schema version 2, this program knows up to 1", error.Message);
        Open(First, Second).Dispose();
    }

    [Fact]
    public void An_upgrade_that_fails_leaves_the_version_before()
    {
        Open(First).Dispose();
        Assert.Throws<StoreException>(() => Open(First, Second + "CREATE nonsense"));
        using var database = Open(First, Second);
        Assert.Equal(2, database.Open().ExecuteScalar<int>("PRAGMA user_version"));
    }

    [Fact]
    public async Task Programs_that_open_a_new_file_at_the_same_time_upgrade_it_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Open(First, Second).Dispose())));
        using var database = Open(First, Second);
        await database.PingAsync(default);
    }

    [Fact]
    public void A_file_that_is_no_database_is_a_store_error()
    {
        File.WriteAllText(directory["test.db"], new string('x', 8192));
        Assert.Contains("its file is damaged", Assert.Throws<StoreRefusedException>(() => Open(First)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_that_throws_is_undone()
    {
        using var database = Open(First);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<int>(
            (c, t) =>
            {
                c.Execute("INSERT INTO thing VALUES (1, 'gone')", transaction: t);
                throw new InvalidOperationException();
            },
            default));
        Assert.Equal(0, await CountAsync(database));
    }

    [Fact]
    public async Task A_unique_value_again_is_a_duplicate()
    {
        using var database = Open(First);
        await InsertAsync(database, 1, "a");
        foreach (var (id, name) in new[] { (1, "b"), (2, "a") })
        {
            var error = await Assert.ThrowsAsync<ConflictException>(() => InsertAsync(database, id, name));
            Assert.Equal(ConflictReason.Duplicate, error.Reason);
        }
    }

    [Fact]
    public async Task Cancelling_ends_a_statement_that_runs_and_undoes_its_transaction()
    {
        using var database = Open(First);
        using var cancel = new CancellationTokenSource();
        var running = new TaskCompletionSource();
        var work = database.WriteAsync(
            (c, t) =>
            {
                c.Execute("INSERT INTO thing VALUES (1, 'gone')", transaction: t);
                running.SetResult();
                return c.ExecuteScalar<long>(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n", transaction: t);
            },
            cancel.Token);
        await running.Task;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal(0, await CountAsync(database));
        await InsertAsync(database, 1, "after");
    }

    [Fact]
    public async Task Many_writers_of_one_process_wait_for_their_turn()
    {
        using var database = Open(First);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(n => InsertAsync(database, n, $"{n}")));
        Assert.Equal(100, await CountAsync(database));
    }

    [Fact]
    public async Task The_health_check_makes_a_round_trip_and_tells_when_it_cannot()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSqliteDatabase("things", () => Open(First));
        await using var provider = services.BuildServiceProvider();
        var health = provider.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Entries["things"].Status);

        provider.GetRequiredKeyedService<SqliteDatabase>("things").Dispose();
        foreach (var file in Directory.GetFiles(directory.Path))
            File.Delete(file);
        Directory.Delete(directory.Path);
        var report = await health.CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["things"].Status);
        Assert.IsType<StoreUnavailableException>(report.Entries["things"].Exception);
    }

    private SqliteDatabase Open(params string[] migrations) => new("SQLite test", directory["test.db"], migrations);

    private static Task<int> InsertAsync(SqliteDatabase database, int id, string name) =>
        database.WriteAsync((c, t) => c.Execute("INSERT INTO thing VALUES (@id, @name)", new { id, name }, t), default);

    private static Task<int> CountAsync(SqliteDatabase database) => database.RunAsync(c => c.ExecuteScalar<int>("SELECT count(*) FROM thing"), default);
}
