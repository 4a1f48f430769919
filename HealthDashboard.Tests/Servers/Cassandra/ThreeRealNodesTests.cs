using System.Diagnostics;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>Three nodes of their own that ask for passwords, set up by deploy/cassandra/init.sh; nodes are frozen and killed.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class ThreeRealNodesTests
{
    private static readonly string Source = Path.GetFullPath(Path.Combine(NodeScript.Scripts, "..", ".."));

    [Fact]
    public async Task Set_up_by_the_script_they_outlive_the_loss_of_one_and_say_the_loss_of_two()
    {
        await using var servers = await RealServers.UpAsync("cassandra", "--nodes", "3", "--auth");
        var address = servers["TEST_CASSANDRA"].Split(";Username=", 2)[0];
        // Again, it changes nothing.
        await SetUpAsync(address, "it's secret");
        await SetUpAsync(address, "it's secret");
        // And with another password it gives the account that one.
        await SetUpAsync(address, "secret");
        var connection = $"{address};Username=health;Password=secret;Create Schema=false";

        await using var program = new CassandraProgram(connection);
        using var sqlite = SqliteAnalyticsStoreTests.Sqlite();
        var other = sqlite.Open();
        var asOf = TimeProvider.System.GetUtcNow();
        await program.UntilItWritesAsync(90);
        await other.PutAsync([CassandraProgram.Day(90)], asOf);
        await Eventually.HoldsAsync(
            async () => (await program.HealthAsync()).Description?.StartsWith("3 of 3", StringComparison.Ordinal) == true, "all nodes to be connected");

        // One is frozen: the others do its work.
        await servers.FreezeAsync("cassandra2");
        for (var day = 0; day < 5; day++)
            await WriteBothAsync(day);
        await ReadsTheSameAsync();
        await servers.ThawAsync("cassandra2");

        // One is killed: a program that starts now can sign in too, wherever the accounts were at first.
        await servers.KillAsync("cassandra3");
        await WriteBothAsync(5);
        await using (var late = new CassandraProgram(connection))
            await late.UntilItWritesAsync(90);
        await ReadsTheSameAsync();

        // Two are killed: health is what the work is, and the log says so once.
        await servers.KillAsync("cassandra2");
        await Eventually.HoldsAsync(async () => !await program.WritesAsync(91), "the store to notice");
        await Eventually.HoldsAsync(
            async () => !await program.WritesAsync(91) && program.Log.Count("Cassandra analytics is unavailable") > 0, "the log to say so");
        for (var look = 0; look < 20; look++)
        {
            Assert.Equal(HealthStatus.Unhealthy, (await program.HealthAsync()).Status);
            Assert.False(await program.WritesAsync(91));
        }
        Assert.Equal((1, 0), (program.Log.Count("Cassandra analytics is unavailable"), program.Log.Count("Cassandra analytics is available again")));
        // An account that cannot be looked up is no wrong password.
        await using (var late = new CassandraProgram(connection))
        {
            var error = await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => late.WriteAsync());
            Assert.IsNotType<StoreRefusedException>(error);
        }

        await servers.StartAsync("cassandra2");
        await servers.StartAsync("cassandra3");
        await program.UntilItWritesAsync(91);
        await other.PutAsync([CassandraProgram.Day(91)], asOf);
        for (var day = 6; day < 12; day++)
            await WriteBothAsync(day);
        await ReadsTheSameAsync();
        Assert.Equal(1, program.Log.Count("Cassandra analytics is available again"));

        async Task WriteBothAsync(int day)
        {
            await program.UntilItWritesAsync(day);
            await other.PutAsync([CassandraProgram.Day(day)], asOf);
        }

        async Task ReadsTheSameAsync() => Assert.Equal(
            (await other.DailyAsync("north", "ICU", Data.Model.VitalSign.HeartRate, CassandraProgram.Day(0).Day, CassandraProgram.Day(99).Day)).Items,
            await program.UntilItReadsAsync());
    }

    private static async Task SetUpAsync(string address, string password)
    {
        await NodeScript.InstalledAsync();
        using var bin = new TempDirectory("bin");
        File.CreateSymbolicLink(bin["cqlsh"], Path.Combine(NodeScript.Scripts, "cqlsh.mjs"));
        var first = address["Contact Points=".Length..].Split(',', ';')[0].Split(':');
        var start = new ProcessStartInfo("bash", [Path.Combine(Source, "deploy/cassandra/init.sh"), first[0], "3"])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{bin.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["CQLSH_PORT"] = first[1];
        start.Environment["CASSANDRA_ADMIN_PASSWORD"] = "admin's own";
        start.Environment["CASSANDRA_PASSWORD"] = password;
        start.Environment["CASSANDRA_SCHEMA"] = Path.Combine(Source, "deploy/cassandra/schema.cql");
        using var script = Process.Start(start)!;
        var output = script.StandardOutput.ReadToEndAsync();
        var errors = await script.StandardError.ReadToEndAsync();
        await script.WaitForExitAsync();
        Assert.True(script.ExitCode == 0, $"init.sh ended with {script.ExitCode}: {errors}{await output}");
    }
}
