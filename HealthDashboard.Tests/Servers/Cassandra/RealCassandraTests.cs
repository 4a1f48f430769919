using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>A node of its own that asks for passwords.</summary>
public sealed class RealCassandra : IAsyncLifetime
{
    private RealServers? servers;

    internal RealServers Servers => servers!;

    internal string Address => Servers["TEST_CASSANDRA"].Split(";Username=", 2)[0];

    public async ValueTask InitializeAsync() => servers = await RealServers.UpAsync("cassandra", "--auth");

    public ValueTask DisposeAsync() => servers?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Each state that a Cassandra server can be in: what the store does, what health says, what is logged.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class RealCassandraTests(RealCassandra server) : IClassFixture<RealCassandra>
{
    private readonly string keyspace = $"test_{Guid.NewGuid():n}";

    [Fact]
    public async Task A_wrong_password_is_refused_and_said_once()
    {
        await using var program = new CassandraProgram($"{server.Address};Username=cassandra;Password=wrong");
        for (var i = 0; i < 5; i++)
        {
            var error = await Assert.ThrowsAsync<StoreRefusedException>(() => program.WriteAsync());
            Assert.Equal("Cassandra analytics: refuses the user name or password.", error.Message);
        }
        Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
        Assert.Equal(1, program.Log.Count("Cassandra analytics refuses the user name or password"));
        Assert.Equal(0, program.Log.Count("available again"));
    }

    [Fact]
    public async Task An_account_without_rights_is_refused_and_said_once()
    {
        await using var program = await ProgramOfRoleAsync();
        for (var i = 0; i < 3; i++)
            Assert.Contains($"GRANT SELECT and MODIFY ON KEYSPACE {keyspace}", (await Assert.ThrowsAsync<StoreRefusedException>(() => program.WriteAsync())).Message, StringComparison.Ordinal);
        var health = await program.HealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.Contains("GRANT", health.Description, StringComparison.Ordinal);
        Assert.Equal(1, program.Log.Count("Cassandra analytics refuses the account a right"));
    }

    [Fact]
    public async Task An_account_that_may_only_read_reads_and_hears_why_it_does_not_write()
    {
        await using var program = await ProgramOfRoleAsync("SELECT");
        for (var i = 0; i < 3; i++)
        {
            Assert.Single(await program.ReadAsync());
            await Assert.ThrowsAsync<StoreRefusedException>(() => program.WriteAsync());
            Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
        }
    }

    [Fact]
    public async Task A_frozen_node_is_unavailable_within_the_limit_and_goes_on_when_it_is_thawed()
    {
        await using var program = await ReadyProgramAsync();
        await server.Servers.FreezeAsync("cassandra");
        try
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => program.WriteAsync());
            Assert.Contains("no answer within 2 s", error.Message, StringComparison.Ordinal);
            Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
        }
        finally
        {
            await server.Servers.ThawAsync("cassandra");
        }
        await program.UntilItWritesAsync();
    }

    [Fact]
    public async Task A_killed_node_is_unavailable_and_keeps_what_was_acknowledged()
    {
        await using var program = await ReadyProgramAsync();
        await server.Servers.KillAsync("cassandra");
        await Eventually.HoldsAsync(async () => !await program.WritesAsync(1), "the store to notice");
        Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
        await server.Servers.StartAsync("cassandra");
        await program.UntilItWritesAsync(2);
        Assert.Contains(CassandraProgram.Day(0), await program.ReadAsync());
        Assert.Equal(HealthStatus.Healthy, (await program.HealthAsync()).Status);
    }

    [Fact]
    public async Task A_keyspace_that_is_dropped_is_made_again()
    {
        await using var program = await ReadyProgramAsync();
        await DefineAsync($"DROP KEYSPACE {keyspace}");
        await program.UntilItWritesAsync(1);
        Assert.Equal([CassandraProgram.Day(1)], await program.ReadAsync());
    }

    [Fact]
    public async Task A_table_of_other_columns_is_named()
    {
        await DefineAsync($"CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}");
        foreach (var definition in AnalyticsSchema.Definitions(keyspace))
            await DefineAsync(definition.Replace("patients int", "patients bigint", StringComparison.Ordinal));
        await using var program = Program();
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => program.WriteAsync());
        Assert.Contains("column patients is Bigint, not Int", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Programs_that_start_at_the_same_time_make_one_schema()
    {
        var programs = Enumerable.Range(0, 3).Select(_ => Program()).ToArray();
        await Task.WhenAll(programs.Select((program, i) => program.UntilItWritesAsync(i)));
        foreach (var program in programs)
        {
            Assert.Equal([CassandraProgram.Day(0), CassandraProgram.Day(1), CassandraProgram.Day(2)], await program.ReadAsync());
            Assert.Equal(0, program.Log.Count("unavailable"));
            await program.DisposeAsync();
        }
    }

    [Fact]
    public async Task Rows_that_would_end_after_2038_are_kept_for_good()
    {
        await using var ready = await ReadyProgramAsync();
        foreach (var (year, days, hours) in new[] { (2027, true, true), (2029, false, true), (2036, false, false), (2039, false, false) })
        {
            await using var program = new CassandraProgram(Connection(), new ManualTime(new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero)));
            var patient = Contracts.Samples.Id();
            await program.WriteAsync(year - 2000);
            await program.Store.PutAsync(
                [new HourlyVital(patient, VitalSign.Spo2, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), 90, 99, 95, 1)], DateTimeOffset.UnixEpoch);
            Assert.Equal(days, await EndsAsync($"daily_ward_vital WHERE region = 'north' AND ward = 'ICU' AND sign = '{NameOf(VitalSign.HeartRate)}' AND year = {CassandraProgram.Day(0).Day.Year} AND day = '{CassandraProgram.Day(year - 2000).Day:yyyy-MM-dd}'"));
            Assert.Equal(hours, await EndsAsync($"hourly_vital WHERE patient_id = 0x{Convert.ToHexString(patient.ToByteArray())} AND sign = '{NameOf(VitalSign.Spo2)}' AND year = 2026"));
        }
        // That is the limit of the server too.
        var left = (int)(AnalyticsSchema.LastEnd - TimeProvider.System.GetUtcNow()).TotalSeconds;
        await DefineAsync($"INSERT INTO {keyspace}.as_of (name, true_until) VALUES ('x', 0) USING TTL {left - 60}");
        await Assert.ThrowsAsync<ServerErrorException>(() => DefineAsync($"INSERT INTO {keyspace}.as_of (name, true_until) VALUES ('x', 0) USING TTL {left + 60}"));
    }

    [Fact]
    public async Task Health_says_that_no_roll_up_comes_through()
    {
        await using var program = await ReadyProgramAsync();
        await program.Store.PutAsync(Array.Empty<HourlyVital>(), TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2));
        var health = await program.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("analytics are behind", health.Description, StringComparison.Ordinal);
        await program.Store.PutAsync(Array.Empty<HourlyVital>(), TimeProvider.System.GetUtcNow());
        Assert.Equal(HealthStatus.Healthy, (await program.HealthAsync()).Status);
    }

    [Fact]
    public async Task What_the_server_warns_of_is_logged_once()
    {
        await using var ready = await ReadyProgramAsync();
        var log = new LogLines();
        await using var client = new Cluster(Options().Cluster, TimeProvider.System, log);
        var insert = new Statement($"INSERT INTO {keyspace}.as_of (name, true_until) VALUES (?, ?)", Consistency.LocalQuorum);
        for (var i = 0; i < 3; i++)
            await client.BatchAsync(insert, [.. Enumerable.Range(0, 20 + i).Select(n => new CqlValue[] { $"{n}", DateTimeOffset.UnixEpoch })], CancellationToken.None);
        Assert.Equal(1, log.Count("warns, which is said once: Unlogged batch covering"));
    }

    private static string NameOf(VitalSign sign) => sign.Info().Name;

    private string Connection(string user = "cassandra", string password = "cassandra") =>
        $"{server.Address};Username={user};Password={password};Keyspace={keyspace}";

    private CassandraProgram Program() => new(Connection());

    private CassandraOptions Options()
    {
        var errors = new List<string>();
        var options = CassandraOptions.Parse(Connection(), errors);
        Assert.Empty(errors);
        return options;
    }

    private async Task<CassandraProgram> ReadyProgramAsync()
    {
        var program = Program();
        await program.UntilItWritesAsync();
        return program;
    }

    private async Task<CassandraProgram> ProgramOfRoleAsync(params string[] rights)
    {
        await using (await ReadyProgramAsync())
        {
            await DefineAsync($"CREATE ROLE {keyspace} WITH LOGIN = true AND PASSWORD = 'right'");
            foreach (var right in rights)
                await DefineAsync($"GRANT {right} ON KEYSPACE {keyspace} TO {keyspace}");
        }
        return new CassandraProgram(Connection(keyspace, "right"));
    }

    private async Task DefineAsync(string cql)
    {
        await using var client = new Cluster(Options().Cluster, TimeProvider.System, NullLogger.Instance);
        await client.DefineAsync(cql, CancellationToken.None);
    }

    /// <summary>Whether the one row that a query finds will end by itself.</summary>
    private async Task<bool> EndsAsync(string from)
    {
        await using var client = new Cluster(Options().Cluster, TimeProvider.System, NullLogger.Instance);
        var rows = new List<bool>();
        await foreach (var row in client.QueryAsync(new Statement($"SELECT TTL(mean) FROM {keyspace}.{from}", Consistency.LocalQuorum), [], CancellationToken.None))
            rows.Add(!row.IsNull(0));
        return Assert.Single(rows);
    }
}
