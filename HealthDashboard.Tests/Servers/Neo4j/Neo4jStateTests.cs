using System.Diagnostics;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Neo4j;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Servers.Deploy;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>
/// What a node of this program says while the real server is in each state: its calls, its health check, and its log. The node is put
/// together as the program does it; it waits longer than by default where the test is not about that.
/// </summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class Neo4jStateTests(Neo4jServer server) : IClassFixture<Neo4jServer>, IAsyncLifetime
{
    private const string Name = "neo4j";
    private const string Once = " This is said once; an operator must mend it";
    private const string ReadOnly = "is read-only: what is stored can be read, and nothing can be changed.";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => await server.UpAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_wrong_password_is_said_once_and_does_not_lock_out_the_others()
    {
        await using var right = Node();
        await using var wrong = Node("wrong-password");
        await right.PatientlyAsync(store => store.PutCliniciansAsync([Clinician("Nina")]));

        for (var i = 0; i < 20; i++)
        {
            var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => wrong.Store.CliniciansAsync());
            Assert.Equal("Neo4j care team: refuses the user name or password.", refused.Message);
            Assert.NotEmpty(await right.Store.CliniciansAsync());
        }

        var health = await wrong.HealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
        Assert.StartsWith("Neo4j care team: refuses the user name or password.", health.Description, StringComparison.Ordinal);
        Assert.Equal(["Neo4j care team refuses the user name or password." + Once], wrong.Log.All);
        Assert.Empty(right.Log.All);
    }

    [Fact]
    public async Task A_password_that_must_be_changed_first_is_said()
    {
        await using var right = Node();
        using var system = new Neo4jClient(Options() with { Database = "system" });
        await system.RunAsync("CREATE OR REPLACE USER carer SET PASSWORD 'first-password' CHANGE REQUIRED", null, writes: true, default);
        await using var carer = Node("first-password", "carer");

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => carer.Store.CliniciansAsync());
        Assert.Equal("asks for a new password of the account before anything else.", refused.Reason);
        Assert.Equal(["Neo4j care team asks for a new password of the account before anything else." + Once], carer.Log.All);
    }

    [Theory]
    [InlineData("test-password", true)]
    [InlineData("wrong-password", false)]
    public async Task The_health_check_of_the_compose_file_asks_the_database(string password, bool healthy)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/wget"), "wget is not installed (Debian: apt-get install wget).");
        var check = ComposeTests.Neo4jHealthCheck().Replace("http://localhost:7474", $"{Options().Address}".TrimEnd('/'), StringComparison.Ordinal);
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", check]) { Environment = { ["NEO4J_AUTH"] = $"neo4j/{password}" } })!;
        await process.WaitForExitAsync();
        Assert.Equal(healthy, process.ExitCode == 0);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said()
    {
        await using var node = Node(database: "nowhere");
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => node.Store.CliniciansAsync());
        Assert.Equal("has no database of the name that ConnectionStrings:Neo4j gives.", refused.Reason);
        Assert.Single(node.Log.All);
    }

    [Fact]
    public async Task A_read_only_server_is_read_and_refuses_writes_with_the_reason()
    {
        await using var before = Node();
        await before.PatientlyAsync(store => store.PutCliniciansAsync([Named("Rita")]));
        await server.Servers.RestartWithAsync(Name, "conf/neo4j.conf", text => text + "server.databases.default_to_read_only=true\n");
        try
        {
            // One that was there, and one that starts now.
            await using var started = Node();
            foreach (var node in new[] { before, started })
            {
                await node.PatientlyAsync(store => store.CliniciansAsync());
                node.Log.Clear();
                for (var i = 0; i < 3; i++)
                {
                    var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => node.Store.PutCliniciansAsync([Named("Olga")]));
                    Assert.Equal(ReadOnly, refused.Reason);
                    Assert.Contains(await node.Store.CliniciansAsync(), clinician => clinician.Name == "Rita");
                }
                var health = await node.HealthAsync();
                Assert.Equal(HealthStatus.Unhealthy, health.Status);
                Assert.StartsWith($"Neo4j care team: {ReadOnly}", health.Description, StringComparison.Ordinal);
                Assert.Equal([$"Neo4j care team {ReadOnly}{Once}"], node.Log.All);
            }
        }
        finally
        {
            await RestartAsync();
        }
        await before.PatientlyAsync(store => store.PutCliniciansAsync([Named("Olga")]));
        await before.HealthyAsync();
        Assert.Contains("Neo4j care team refuses nothing any more", before.Log.All);
    }

    [Fact]
    public async Task A_frozen_server_is_unavailable_within_the_limit_and_answers_when_it_goes_on()
    {
        await using var node = Node(answerWithin: 2);
        await node.PatientlyAsync(store => store.PutCliniciansAsync([Named("Nina")]));
        await server.Servers.FreezeAsync(Name);
        try
        {
            var late = await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.CliniciansAsync().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal("Neo4j care team: no answer within 2 s.", late.Message);
            Assert.StartsWith("Neo4j care team: no answer within 2 s. Unavailable since ", (await node.HealthAsync()).Description, StringComparison.Ordinal);
        }
        finally
        {
            await server.Servers.ThawAsync(Name);
        }
        await node.PatientlyAsync(store => store.CliniciansAsync());
        // That it did not answer is no reason to believe that what was written is gone.
        Assert.DoesNotContain(node.Log.All, line => line.Contains("is older", StringComparison.Ordinal));
        await node.HealthyAsync();
    }

    [Fact]
    public async Task A_killed_server_is_said_once_and_has_everything_when_it_is_back()
    {
        await using var node = Node();
        var nina = Named("Nina");
        await node.PatientlyAsync(store => store.PutCliniciansAsync([nina]));
        node.Log.Clear();
        await server.Servers.KillAsync(Name);
        try
        {
            for (var i = 0; i < 5; i++)
                await Assert.ThrowsAsync<StoreUnavailableException>(() => node.Store.CliniciansAsync());
            Assert.Equal(HealthStatus.Unhealthy, (await node.HealthAsync()).Status);
            Assert.StartsWith("Neo4j care team is unavailable, and is asked again from time to time: cannot be reached", Assert.Single(node.Log.All), StringComparison.Ordinal);
        }
        finally
        {
            await server.Servers.StartAsync(Name);
        }
        await node.PatientlyAsync(async store => Assert.Contains(nina, await store.CliniciansAsync()));
        await node.HealthyAsync();
    }

    [Fact]
    public async Task What_a_restored_backup_does_not_have_is_said_and_the_work_goes_on()
    {
        await using var node = Node(answerWithin: 2);
        var (nina, later) = (Named("Nina"), Named("Later"));
        await node.PatientlyAsync(store => store.PutCliniciansAsync([nina]));
        await server.Servers.StopAsync(Name);
        var data = Path.Combine(server.Servers.Directory, Name, "data");
        Copy(data, data + ".backup");
        await server.Servers.StartAsync(Name);
        await node.PatientlyAsync(store => store.PutCliniciansAsync([later]));

        await server.Servers.StopAsync(Name);
        Directory.Delete(data, recursive: true);
        Directory.Move(data + ".backup", data);
        await server.Servers.StartAsync(Name);

        await node.PatientlyAsync(store => store.PutCliniciansAsync([nina]));
        await node.PatientlyAsync(async store =>
        {
            var there = await store.CliniciansAsync();
            Assert.Contains(nina, there);
            Assert.DoesNotContain(later, there);
        });
        Assert.Contains(node.Log.All, line => line.StartsWith(
            "Neo4j care team does not have what was written last: its data is older, as after a backup was restored.", StringComparison.Ordinal));
        await node.HealthyAsync();
    }

    [Fact]
    public async Task A_graph_that_is_emptied_while_nodes_run_has_its_constraints_again_whoever_makes_them()
    {
        using var other = new Neo4jClient(Options());
        var nodes = Enumerable.Range(0, 8).Select(_ => Node()).ToList();
        await nodes[0].PatientlyAsync(store => store.PutCliniciansAsync([Named("Nina")]));
        foreach (var name in CareTeamSchema.Constraints.Select(constraint => constraint.Name))
            await other.RunAsync($"DROP CONSTRAINT {name} IF EXISTS", null, writes: true, default);
        await other.RunAsync("MATCH (n) DETACH DELETE n", null, writes: true, default);

        await Task.WhenAll(nodes.Select(node => node.HealthyAsync()));

        var there = await other.RunAsync(CareTeamSchema.Look, null, writes: false, default);
        Assert.Equal(CareTeamSchema.Constraints.Count, there.Count);
        Assert.All(CareTeamSchema.Constraints, constraint => Assert.Contains(there, constraint.Is));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task Many_who_change_the_same_records_at_once_all_succeed()
    {
        // Patient: on a slow machine a lock may be waited for longer than people would.
        var nodes = Enumerable.Range(0, 16).Select(_ => Node(answerWithin: 60)).ToList();
        var clinicians = Enumerable.Range(0, 36).Select(n => Named($"Nurse {n}")).ToList();
        var patients = clinicians.Select(_ => Id()).ToList();
        // Each looks at the schema before its first write; that many do it at once is another test's.
        foreach (var node in nodes)
            await node.PatientlyAsync(store => store.PutCliniciansAsync(clinicians));
        await Task.WhenAll(nodes.Select((node, number) => Task.Run(async () =>
        {
            for (var turn = 0; turn < 3; turn++)
            {
                // Each node in another order, and each patient between other rooms.
                var own = patients.Index().OrderBy(p => (p.Index * 7 + number * 5) % 36).ToList();
                await node.Store.MoveAsync([.. own.Select(p => new PatientMove(p.Item, new("north", "ICU", $"{(p.Index + turn + number) % 36}"), Noon.AddMinutes(turn)))]);
                await node.Store.AssignAsync(
                    [.. own.Select(p => new CareAssignment(p.Item, clinicians[(p.Index + number) % 36], CareRole.AssignedNurse, Noon.AddMinutes(turn)))]);
                await node.Store.PutCliniciansAsync([.. clinicians.OrderBy(c => (clinicians.IndexOf(c) * 11 + number) % 36)]);
            }
        })));

        var stays = await nodes[0].Store.OpenStaysAsync();
        Assert.All(patients, patient => Assert.Single(stays, stay => stay.PatientId == patient));
        Assert.Equal(16 * 3, (await nodes[0].Store.TeamAsync(patients[0], Noon.AddHours(1))).Count);
        Assert.All(nodes, node => Assert.Empty(node.Log.All));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    private static Clinician Named(string name) => Clinician(name) with { Account = null };

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }

    private Neo4jOptions Options() => Neo4jOptions.Parse(server.Address, out _)!;

    private async Task RestartAsync()
    {
        await server.Servers.StopAsync(Name);
        await server.Servers.StartAsync(Name);
    }

    private Neo4jNode Node(string? password = null, string? username = null, string database = "neo4j", int answerWithin = 20)
    {
        var options = Options();
        return new($"{options.Address};Database={database};Username={username ?? options.Username};Password={password ?? options.Password}", answerWithin);
    }
}
