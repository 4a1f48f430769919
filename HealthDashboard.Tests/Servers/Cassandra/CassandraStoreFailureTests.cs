using HealthDashboard.Data;
using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Cql;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>The store of analytics and the program around it, while Cassandra is unavailable, wrong, or comes back.</summary>
public sealed class CassandraStoreFailureTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = Samples.Noon;
    private static readonly DateOnly Day = new(2026, 3, 1);
    private readonly ScriptedCluster cluster = ScriptedCluster.Start(3);
    private readonly TempDirectory directory = new();

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        directory.Dispose();
    }

    [Fact]
    public async Task The_program_starts_while_cassandra_is_away_and_goes_on_when_it_comes()
    {
        foreach (var node in cluster.Nodes)
            await node.StopAsync();
        using var host = Host(Addresses());
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IAnalyticsStore>();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PutAsync([Daily()], Noon));
        var unavailable = await HealthAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, unavailable.Status);
        Assert.Contains(" Unavailable since ", unavailable.Description, StringComparison.Ordinal);

        foreach (var node in cluster.Nodes)
            node.Start();
        await Eventually.HoldsAsync(async () => (await HealthAsync(host)).Status == HealthStatus.Healthy, "Cassandra to be found");
        await store.PutAsync([Daily()], Noon);
        Assert.Equal([Daily()], (await store.DailyAsync("north", "ICU", VitalSign.HeartRate, Day, Day)).Items);
        await Eventually.HoldsAsync(async () => (await HealthAsync(host)).Description!.StartsWith("3 of 3 nodes of dc1 connected.", StringComparison.Ordinal), "all nodes to be connected");
    }

    [Fact]
    public async Task A_wrong_connection_string_stops_the_start_with_one_line_for_each_error()
    {
        using var host = Host("Keyspace=No;Tls=maybe");
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(3, error.Failures.Count());
        Assert.All(error.Failures, line => Assert.StartsWith("ConnectionStrings:Cassandra", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_password_is_said_and_is_no_outage()
    {
        await using var closed = ScriptedCluster.Start((data, at, all) => new ScriptedNode(data, at, all) { Credentials = ("app", "right") });
        using var host = Host($"Contact Points={closed.Nodes[0].EndPoint};Username=app;Password=wrong");
        await host.StartAsync();
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => host.Services.GetRequiredService<IAnalyticsStore>().PutAsync([Daily()], Noon));
        Assert.Equal("Cassandra analytics: refuses the user name or password.", error.Message);
    }

    [Fact]
    public async Task Where_the_schema_may_not_be_made_its_script_is_named()
    {
        using var host = Host($"{Addresses()};Create Schema=false");
        await host.StartAsync();
        var error = await Assert.ThrowsAsync<StoreRefusedException>(() => host.Services.GetRequiredService<IAnalyticsStore>().PutAsync([Daily()], Noon));
        Assert.Contains("deploy/cassandra/schema.cql", error.Message, StringComparison.Ordinal);
        Assert.Empty(cluster.Data.Definitions);
    }

    [Fact]
    public async Task The_schema_is_made_once_with_a_replica_on_each_node()
    {
        var stores = Enumerable.Range(0, 3).Select(_ => cluster.OpenStore()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 9).Select(n => stores[0].PutAsync([Daily()], Noon)));
        await stores[1].PutAsync([Daily()], Noon);
        Assert.Equal(
            [AnalyticsSchema.Keyspace("health", "dc1", replicas: 3), .. AnalyticsSchema.Definitions("health")],
            cluster.Data.Definitions);
    }

    [Fact]
    public async Task While_nodes_come_and_go_everything_that_was_acknowledged_is_there_once()
    {
        var store = cluster.OpenStore();
        await store.PutAsync(Array.Empty<HourlyVital>(), Noon);
        var patient = Samples.Id();
        var start = new DateTimeOffset(2025, 12, 31, 0, 0, 0, TimeSpan.Zero);
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (; written < 200; written++)
                await Eventually.HoldsAsync(() => PutAsync(written), "a roll-up to be taken");
        });
        for (var i = 0; !writing.IsCompleted; i++)
        {
            var node = cluster.Nodes[i % 3];
            await node.StopAsync();
            var before = Volatile.Read(ref written);
            await Eventually.HoldsAsync(() => writing.IsCompleted || Volatile.Read(ref written) > before + 5, "writing to go on");
            node.Start();
            await Eventually.HoldsAsync(() => writing.IsCompleted || node.Connections > 0, "the node to be connected again");
        }
        await writing;

        var hours = (await store.HourlyAsync(patient, VitalSign.Spo2, start, start.AddHours(200))).Items;
        Assert.Equal(Enumerable.Range(0, 200).Select(Vital), hours);

        HourlyVital Vital(int hour) => new(patient, VitalSign.Spo2, start.AddHours(hour), 90, 99, 96.5, hour + 1);

        async Task<bool> PutAsync(int hour)
        {
            try
            {
                await store.PutAsync([Vital(hour)], Noon.AddMinutes(hour));
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_repeated_write_does_not_overtake_the_one_that_came_after_it()
    {
        var store = cluster.OpenStore();
        await store.PutAsync([Daily()], Noon);
        var late = new TaskCompletionSource();
        var held = 0;
        foreach (var node in cluster.Nodes)
            node.Script = request => request.Opcode == Opcode.Batch && Interlocked.Increment(ref held) == 1 ? new Act.AnswerAfter(late.Task) : null;
        var first = store.PutAsync([Daily() with { Max = 300, Patients = 9 }], Noon);
        await Eventually.HoldsAsync(() => Volatile.Read(ref held) == 1, "the first write to be held up");
        await store.PutAsync([Daily() with { Min = 50, Patients = 2 }], Noon);
        late.SetResult();
        await first;
        // As a whole: at equal timestamps Cassandra would mix the two.
        Assert.Equal([Daily() with { Min = 50, Patients = 2 }], (await store.DailyAsync("north", "ICU", VitalSign.HeartRate, Day, Day)).Items);
    }

    [Fact]
    public async Task Hours_cross_new_year_and_days_come_from_as_many_years_as_asked()
    {
        var store = cluster.OpenStore();
        var patient = Samples.Id();
        var midnight = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        HourlyVital[] hours = [.. Enumerable.Range(-3, 6).Select(n => new HourlyVital(patient, VitalSign.Temperature, midnight.AddHours(n), 36, 38, 37, 1))];
        await store.PutAsync(hours, Noon);
        Assert.Equal(hours, (await store.HourlyAsync(patient, VitalSign.Temperature, midnight.AddHours(-3), midnight.AddHours(3))).Items);
        Assert.Equal(hours[..3], (await store.HourlyAsync(patient, VitalSign.Temperature, midnight.AddHours(-3), midnight)).Items);

        DailyWardVital[] days = [.. Enumerable.Range(2020, 7).Select(year => Daily() with { Day = new DateOnly(year, 6, 1) })];
        await store.PutAsync(days, Noon);
        Assert.Equal(days, (await store.DailyAsync("north", "ICU", VitalSign.HeartRate, new DateOnly(2018, 1, 1), new DateOnly(2027, 12, 31))).Items);
    }

    private string Addresses() => $"Contact Points={cluster.Nodes[0].EndPoint},{cluster.Nodes[1].EndPoint}";

    private static DailyWardVital Daily() => new("north", "ICU", VitalSign.HeartRate, Day, 40, 140, 75.5, 1000, 7);

    private static async Task<HealthReportEntry> HealthAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "analytics")).Entries["analytics"];

    private IHost Host(string connection)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Directory"] = directory.Path,
            ["Stores:Analytics"] = "Cassandra",
            [CassandraOptions.Key] = connection,
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStores(builder.Configuration);
        return builder.Build();
    }
}
