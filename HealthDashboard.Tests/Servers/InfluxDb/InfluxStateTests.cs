using System.Collections.Concurrent;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Servers.InfluxDb;

/// <summary>What the vitals' store says in each state in which its server can be: InfluxDB 2.x, and 1.x for the full disk.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class InfluxStateTests(InfluxStateTests.Server server) : IClassFixture<InfluxStateTests.Server>
{
    private static readonly ObjectId Patient = ObjectId.Parse("0123456789abcdef01234567");

    private readonly Lines log = new();
    private readonly InfluxDbOptions options = InfluxStores.Parse(server.Connection, TimeSpan.FromDays(7));

    /// <summary>A server of this class's own, which it may hold and kill.</summary>
    public sealed class Server : IAsyncLifetime
    {
        private RealServers? servers;

        internal RealServers Servers => servers ?? throw new InvalidOperationException("There is none.");

        internal string Connection => Servers["TEST_INFLUXDB2"];

        public async ValueTask InitializeAsync() => servers = await RealServers.UpAsync("influxdb2");

        public async ValueTask DisposeAsync()
        {
            if (servers is not null)
                await servers.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_token_that_is_wrong_is_a_state_of_its_own()
    {
        await using var store = Open(With(options, token: "wr0ng"), out var policy);

        for (var i = 0; i < 2; i++)
        {
            await RefusedAsync("refuses the user name or password.", () => AppendAsync(store));
            await RefusedAsync("refuses the user name or password.", () => store.LatestAsync(Patient));
        }

        Assert.InRange((await ProbeAsync(store, policy) as StoreRefusedException)!.RetryAfter!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Single(log.Texts);
    }

    [Fact]
    public async Task A_token_that_may_only_read_goes_on_reading()
    {
        await using (var first = Open(options, out _))
            await AppendAsync(first);
        var token = await new InfluxOperator(options).TokenAsync("read raw", "read rollup");
        await using var store = Open(With(options, token), out var policy);

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(72, Assert.Single(await store.LatestAsync(Patient)).Value);
            await RefusedAsync($"does not give this account the right to write {options.Database}/raw.", () => AppendAsync(store));
        }

        Assert.IsType<StoreRefusedException>(await ProbeAsync(store, policy));
        Assert.Single(log.Texts);
    }

    [Fact]
    public async Task A_token_that_may_read_and_write_what_is_there_is_enough()
    {
        await using (var first = Open(options, out _))
            await AppendAsync(first);
        var token = await new InfluxOperator(options).TokenAsync("read raw", "read rollup", "write raw", "write rollup");
        await using var store = Open(With(options, token), out var policy);

        await AppendAsync(store);

        Assert.Null(await ProbeAsync(store, policy));
        Assert.Equal([604_800 + 3600, 0], (await new InfluxOperator(options).BucketsAsync()).Select(bucket => bucket.Seconds));
    }

    [Fact]
    public async Task A_server_that_is_frozen_is_not_waited_for_and_one_that_was_killed_is_found_again()
    {
        await using var store = Open(options, out var policy);
        await AppendAsync(store);
        await server.Servers.FreezeAsync("influxdb2");
        try
        {
            // A late reading too, whose roll-ups are made, and readings that only leave roll-ups.
            var calls = new[] { AppendAsync(store), AppendAsync(store, TimeSpan.FromHours(3)), AppendAsync(store, TimeSpan.FromDays(30)), store.LatestAsync(Patient) };
            foreach (var call in calls)
            {
                var late = await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => call.WaitAsync(TimeSpan.FromSeconds(15)));
                Assert.IsNotType<StoreRefusedException>(late);
                Assert.Matches("no answer within 2 s|is asked again every 2 s", late.Message);
            }
        }
        finally
        {
            await server.Servers.ThawAsync("influxdb2");
        }
        await WorksAsync(store, policy);

        await server.Servers.KillAsync("influxdb2");
        Assert.Matches("cannot be reached|ended the connection|is asked again", (await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => AppendAsync(store))).Message);
        Assert.NotNull(await ProbeAsync(store, policy));
        await server.Servers.StartAsync("influxdb2");
        await WorksAsync(store, policy);
        Assert.Equal(log.Texts.Count(text => text.Contains("is unavailable")), log.Texts.Count(text => text.Contains("is available again")));
    }

    [Fact]
    public async Task Buckets_that_were_removed_while_it_runs_are_made_again()
    {
        await using var store = Open(options, out var policy);
        await AppendAsync(store);
        await new InfluxOperator(options).DropAsync();

        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => AppendAsync(store)) is null, "readings are stored again");

        Assert.Equal(72, Assert.Single(await store.LatestAsync(Patient)).Value);
        Assert.Null(await ProbeAsync(store, policy));
        Assert.Equal(2, (await new InfluxOperator(options).BucketsAsync()).Count);
    }

    [Fact]
    public async Task Many_nodes_at_once_make_each_bucket_once()
    {
        var nodes = Enumerable.Range(0, 8).Select(_ => Open(options, out var _)).ToList();

        // To make buckets takes a slow machine longer than a call may; readings are then sent again, as from the spool.
        await Task.WhenAll(nodes.Select(node => Task.Run(() => Eventually.HoldsAsync(
            async () => await Record.ExceptionAsync(() => AppendAsync(node)) is null, "every node stores readings"))));

        Assert.Equal(72, Assert.Single(await nodes[0].LatestAsync(Patient)).Value);
        Assert.Equal([$"{options.Database}/raw", $"{options.Database}/rollup"], (await new InfluxOperator(options).BucketsAsync()).Select(bucket => bucket.Name));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_full_disk_is_named_and_reads_go_on()
    {
        using var disk = new SmallDisk(16);
        await using var full = new InfluxServer(("INFLUXDB_DATA_WAL_DIR", Path.Combine(disk.Path, "wal")));
        await full.StartAsync();
        await using var store = Open(InfluxStores.Parse(full.Address.ToString().TrimEnd('/'), TimeSpan.FromDays(7)), out var policy);
        await AppendAsync(store);
        disk.Fill();

        // What the file's last block has room for is still taken.
        Exception? refused = null;
        for (var i = 0; i < 1000 && refused is null; i++)
            refused = await Record.ExceptionAsync(() => AppendAsync(store));
        Assert.Equal("has no room left on its disk. Free some; 1.x then needs a restart.", Assert.IsType<StoreRefusedException>(refused).Reason);
        Assert.IsType<StoreRefusedException>(await ProbeAsync(store, policy));
        Assert.Equal(72, Assert.Single(await store.LatestAsync(Patient)).Value);
        Assert.Single(log.Texts);

        disk.Free();
        await full.KillAsync();
        await full.StartAsync();
        await WorksAsync(store, policy);
    }

    private static InfluxDbOptions With(InfluxDbOptions from, string token) =>
        new() { Address = from.Address, Database = from.Database, Token = token, RawRetention = from.RawRetention };

    private static async Task RefusedAsync(string reason, Func<Task> call) =>
        Assert.Equal(reason, (await Assert.ThrowsAsync<StoreRefusedException>(call)).Reason);

    private static Task AppendAsync(InfluxDbVitalStore store, TimeSpan ago = default) =>
        store.AppendAsync([new Reading(Patient, VitalSign.HeartRate, (TimeProvider.System.GetUtcNow() - ago).ToUnixTimeMilliseconds(), 72)]);

    private static async Task<Exception?> ProbeAsync(InfluxDbVitalStore store, StorePolicy policy) =>
        await Record.ExceptionAsync(async () => await policy.ProbeAsync(store.ProbeAsync, CancellationToken.None));

    private static async Task WorksAsync(InfluxDbVitalStore store, StorePolicy policy)
    {
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => AppendAsync(store)) is null, "readings are stored again");
        await Eventually.HoldsAsync(async () => await ProbeAsync(store, policy) is null, "it is healthy again");
    }

    // Its roll-ups have a log of their own, so that what one policy says is counted.
    private InfluxDbVitalStore Open(InfluxDbOptions of, out StorePolicy policy)
    {
        policy = new StorePolicy(InfluxErrors.Store, new StorePolicyOptions(), TimeProvider.System, log);
        return new InfluxDbVitalStore(
            of,
            policy,
            new StorePolicy(InfluxErrors.Store, new StorePolicyOptions { Timeout = TimeSpan.FromSeconds(20), Retries = 0 }, TimeProvider.System, NullLogger.Instance),
            TimeProvider.System,
            NullLogger<InfluxDbVitalStore>.Instance);
    }

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Texts.Enqueue(formatter(state, exception));
    }
}
