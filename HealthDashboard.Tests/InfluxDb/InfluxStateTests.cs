using System.Collections.Concurrent;
using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Resilience;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.InfluxDb;

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
    public async Task A_token_that_may_read_and_write_buckets_creates_them_with_their_retention()
    {
        var token = await new InfluxOperator(options).TokenAsync("read", "write");
        await using var store = Open(With(options, token), out var policy);

        await AppendAsync(store);

        Assert.Equal(
            [($"{options.Database}/raw", 169 * 3600), ($"{options.Database}/rollup", 0)],
            (await new InfluxOperator(options).BucketsAsync()).Select(bucket => (bucket.Name, bucket.Seconds)));
        Assert.Null(await ProbeAsync(store, policy));
    }

    [Fact]
    public async Task A_token_that_may_not_create_buckets_is_said_to_lack_that_right()
    {
        var token = await new InfluxOperator(options).TokenAsync();
        await using var store = Open(With(options, token), out var policy);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => AppendAsync(store));

        Assert.Equal(
            $"does not give this token the right to read and write the bucket {options.Database}/raw, or if it does not exist, to create it; "
            + $"to read and write the bucket {options.Database}/rollup, or if it does not exist, to create it. "
            + "A token that may read and write buckets creates what is missing.",
            refused.Reason);
        Assert.Equal(refused.Reason, ((StoreException)(await ProbeAsync(store, policy))!).Reason);
        Assert.Single(log.Texts);
    }

    [Theory]
    [InlineData("read rollup, write raw, write rollup", "read the bucket {0}/raw")]
    [InlineData("read raw, write raw, write rollup", "read the bucket {0}/rollup")]
    [InlineData("read raw, write raw", "read and write the bucket {0}/rollup, or if it does not exist, to create it")]
    [InlineData("read rollup", "read and write the bucket {0}/raw, or if it does not exist, to create it; to write the bucket {0}/rollup")]
    public async Task Each_right_that_a_token_lacks_is_named_with_its_bucket(string rights, string lacking)
    {
        await using (var first = Open(options, out _))
            await AppendAsync(first);
        var token = await new InfluxOperator(options).TokenAsync(rights.Split(", "));
        await using var store = Open(With(options, token), out _);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.LatestAsync(Patient));

        Assert.Equal(
            $"does not give this token the right to {lacking.Replace("{0}", options.Database, StringComparison.Ordinal)}. A token that may read and write buckets creates what is missing.",
            refused.Reason);
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
    public async Task An_organization_that_is_not_there_or_not_named_among_several_is_a_refusal_of_its_own()
    {
        await using var wrong = Open(With(options, options.Token!, "nowhere"), out _);
        await RefusedAsync(
            "does not know the organization 'nowhere' that ConnectionStrings:InfluxDb names after ;Org=, or does not show it to this token.",
            () => AppendAsync(wrong));

        await using var second = await new InfluxOperator(options).OrganizationAsync("second");
        await using var unnamed = Open(With(options, options.Token!), out _);
        await RefusedAsync("has several organizations. Name the right one: add ;Org=NAME to ConnectionStrings:InfluxDb.", () => AppendAsync(unnamed));
        await using var named = Open(options, out _);
        await AppendAsync(named);
    }

    [Theory]
    [InlineData(24, 169, null)]
    [InlineData(169, 169, null)]
    [InlineData(1000, 1000, "raw readings are kept for 1000h and not only for 169h")]
    [InlineData(0, 0, "raw readings are kept for good")]
    public async Task A_bucket_is_kept_as_long_as_needed_and_never_shortened(int hours, int then, string? said)
    {
        await new InfluxOperator(options).CreateAsync("raw", hours * 3600);
        await using var store = Open(options, out var policy);

        await AppendAsync(store);

        Assert.Equal([then * 3600, 0], (await new InfluxOperator(options).BucketsAsync()).Select(bucket => bucket.Seconds));
        var health = await policy.ProbeAsync(store.ProbeAsync, CancellationToken.None);
        Assert.Equal(said is not null, health.Contains("kept for", StringComparison.Ordinal));
        Assert.Contains(said ?? "", health);
    }

    [Fact]
    public async Task A_bucket_that_is_kept_too_short_and_may_not_be_changed_is_named_with_both_times()
    {
        var @operator = new InfluxOperator(options);
        await @operator.CreateAsync("raw", 24 * 3600);
        await @operator.CreateAsync("rollup", 0);
        await using var store = Open(With(options, await @operator.TokenAsync("read raw", "read rollup", "write rollup")), out _);

        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.LatestAsync(Patient));

        Assert.Equal(
            $"keeps the bucket {options.Database}/raw for 24h, 169h are needed (Vitals:RawRetention and an hour), and the token lacks the right to write that bucket, "
            + "with which it would set so.",
            refused.Reason);
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

        // To make buckets takes a slow machine longer than a call may; readings then come again, as from the spool.
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

    private static InfluxDbOptions With(InfluxDbOptions from, string token, string? organization = null) =>
        new() { Address = from.Address, Database = from.Database, Token = token, Organization = organization, RawRetention = from.RawRetention };

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
