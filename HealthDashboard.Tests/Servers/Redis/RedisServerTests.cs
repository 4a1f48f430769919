using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>What happens to the server, and what the store makes of it.</summary>
public sealed class RedisServerTests
{
    [Fact]
    public async Task A_server_that_has_lost_its_scripts_is_told_them_again()
    {
        await using var server = await RedisServer.StartAsync();
        using var factory = new RedisStoreFactory(server.Address);
        var store = factory.Open();
        await store.WriteAsync([Raised(Alert())], []);
        await store.ReadOpenAsync();

        factory.Execute("SCRIPT", "FLUSH");

        Assert.True((await store.WriteAsync([Raised(Alert())], []))[0].Taken);
        factory.Execute("SCRIPT", "FLUSH");
        Assert.Equal(2, (await store.ReadOpenAsync()).Open.Count);
    }

    [Fact]
    public async Task What_was_taken_is_there_after_the_server_was_killed()
    {
        await using var server = await RedisServer.StartAsync();
        using var factory = new RedisStoreFactory(server.Address);
        var store = factory.Open();
        var alert = Alert();
        var written = await store.WriteAsync([Raised(alert)], [new(alert.PatientId, new byte[] { 7 })]);

        await server.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadOpenAsync());
        await server.StartAgainAsync();

        await IsBackAsync(store);
        Assert.Equal([written[0].Change.Alert], (await store.ReadOpenAsync()).Open);
        Assert.Equal(7, Assert.Single(await store.ReadStatesAsync()).Data.Span[0]);
        Assert.Equal(written, await store.WriteAsync([Raised(alert)], []));
    }

    [Fact]
    public async Task A_store_that_began_while_the_server_was_away_finds_it_and_hears_other_nodes()
    {
        await using var server = RedisServer.Prepare();
        using var factory = new RedisStoreFactory(server.Address);
        var store = factory.Open();
        using var hints = new SemaphoreSlim(0);
        using var subscription = store.OnChanged(() => hints.Release());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadOpenAsync());

        await server.StartAgainAsync();

        await IsBackAsync(store);
        await HeardFromAsync(factory.Open(), store, hints);
    }

    [Fact]
    public async Task After_an_outage_there_is_a_hint_and_other_nodes_are_heard_again()
    {
        await using var server = await RedisServer.StartAsync();
        using var factory = new RedisStoreFactory(server.Address);
        var store = factory.Open();
        using var hints = new SemaphoreSlim(0);
        using var subscription = store.OnChanged(() => hints.Release());
        await HeardFromAsync(factory.Open(), store, hints);
        await server.KillAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadOpenAsync());
        while (hints.Wait(0))
        {
            // Hints from before.
        }

        await server.StartAgainAsync();

        Assert.True(await hints.WaitAsync(TimeSpan.FromSeconds(20)));
        await IsBackAsync(store);
        await HeardFromAsync(factory.Open(), store, hints);
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_and_used_again_when_it_goes_on()
    {
        await using var server = await RedisServer.StartAsync();
        var time = new ManualTime();
        using var factory = new RedisStoreFactory(server.Address, time);
        var store = factory.Open();
        var change = Raised(Alert());
        await store.ReadOpenAsync();

        await server.HangAsync();
        var writing = store.WriteAsync([change], []);
        await PassTimeUntilAsync(() => Task.FromResult(writing.IsCompleted));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => writing);

        await server.GoOnAsync();
        // What was given up may have been done all the same; written again it is known again.
        AlertWriteOutcome? outcome = null;
        await PassTimeUntilAsync(async () => await Record.ExceptionAsync(async () => outcome = (await store.WriteAsync([change], []))[0]) is null);
        Assert.True(outcome!.Taken);
        Assert.Single(await store.ReadChangesAsync(0, 10));

        Task PassTimeUntilAsync(Func<Task<bool>> done) => Eventually.HoldsAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return await done();
            },
            "an end");
    }

    [Fact]
    public async Task A_server_that_comes_back_without_the_last_writes_gives_no_number_twice()
    {
        await using var server = await RedisServer.StartAsync("--appendonly", "no");
        using var factory = new RedisStoreFactory(server.Address);
        var store = factory.Open();
        var lost = (await store.WriteAsync([Raised(Alert()), Raised(Alert())], []))[1].Change.Sequence;
        await server.KillAsync();
        await server.StartAgainAsync();
        await IsBackAsync(store);
        Assert.Empty(await store.ReadChangesAsync(0, 10));

        await store.WriteAsync([Raised(Alert())], []);

        Assert.Single(await store.ReadChangesAsync(lost, 10));
    }

    [Fact]
    public async Task A_write_that_no_replica_has_does_not_count_until_one_has_it()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", primary.Address.Split(':')[1], "--repl-diskless-sync-delay", "0");
        using var factory = new RedisStoreFactory(primary.Address);
        factory.Options.Replicas = 1;
        var store = factory.Open();
        await Eventually.HoldsAsync(
            async () => (await Record.ExceptionAsync(() => store.WriteAsync([], [new(Id(), new byte[] { 1 })]))) is null, "a replica");

        await replica.KillAsync();
        var change = Raised(Alert());
        // A busy machine may answer late: then it is tried again, and may not succeed either.
        await Eventually.HoldsAsync(
            async () => (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteAsync([change], []))).Message.Contains("0 of 1 replicas", StringComparison.Ordinal),
            "that no replica has it");

        await replica.StartAgainAsync();
        IReadOnlyList<AlertWriteOutcome>? outcomes = null;
        await Eventually.HoldsAsync(
            async () => (await Record.ExceptionAsync(async () => outcomes = await store.WriteAsync([change], []))) is null, "the replica again");
        Assert.True(outcomes![0].Taken);
        Assert.Single(await store.ReadChangesAsync(0, 10));
    }

    [Fact]
    public async Task When_the_replica_takes_over_writes_go_there()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync(
            "--appendonly", "yes", "--replicaof", "127.0.0.1", primary.Address.Split(':')[1], "--repl-diskless-sync-delay", "0");
        using var factory = new RedisStoreFactory($"{primary.Address},{replica.Address}");
        var store = factory.Open();
        var before = (await store.WriteAsync([Raised(Alert())], []))[0].Change;
        using var atReplica = new RedisStoreFactory(replica.Address);
        await Eventually.HoldsAsync(() => (string?)atReplica.Execute("EXISTS", $"{{{factory.Options.Prefix}}}:log") == "1", "the write on the replica");

        await primary.KillAsync();
        atReplica.Execute("REPLICAOF", "NO", "ONE");

        IReadOnlyList<AlertWriteOutcome>? outcomes = null;
        await Eventually.HoldsAsync(
            async () => (await Record.ExceptionAsync(async () => outcomes = await store.WriteAsync([Raised(Alert())], []))) is null, "a write on the new primary");
        Assert.Equal([before, outcomes![0].Change], await store.ReadChangesAsync(0, 10));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=wrong")]
    public async Task Without_the_right_password_the_server_is_away_and_no_password_is_said(string password)
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "right");
        using var right = new RedisStoreFactory(server.Address + ",password=right");
        using var wrong = new RedisStoreFactory(server.Address + password);
        Assert.True((await right.Open().WriteAsync([Raised(Alert())], []))[0].Taken);
        var error = await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => wrong.Open().ReadOpenAsync());
        // Whether the client has noticed why by now is a matter of moments.
        Assert.Matches("refuses the user name or password|not connected", error.Message);
        Assert.DoesNotContain("wrong", error.Message);
        Assert.DoesNotContain("right", error.Message);
    }

    [Fact]
    public async Task A_server_that_is_full_refuses_and_drops_nothing()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "3mb", "--maxmemory-policy", "noeviction");
        using var factory = new RedisStoreFactory(server.Address);
        var store = factory.Open();
        var taken = 0;
        var error = await Assert.ThrowsAsync<StoreRefusedException>(async () =>
        {
            while (true)
            {
                await store.WriteAsync([Raised(Alert())], [new(Id(), new byte[32 * 1024])]);
                taken++;
            }
        });
        Assert.Equal("Redis of a test: has no memory left: raise maxmemory. Alerts are read, and none is recorded.", error.Message);
        Assert.True(taken > 0);
        Assert.Equal((taken, taken), ((await store.ReadChangesAsync(0, 10_000)).Count, (await store.ReadStatesAsync()).Count));
    }

    private static Task IsBackAsync(IAlertStore store) => Eventually.HoldsAsync(
        async () => await Record.ExceptionAsync(() => store.ReadOpenAsync()) is null, "the store to be back");

    // A hint may come late or not at all right after a connection was made; within some writes it must.
    private static Task HeardFromAsync(IAlertStore other, IAlertStore store, SemaphoreSlim hints) => Eventually.HoldsAsync(
        async () =>
        {
            while (hints.Wait(0))
            {
                // Earlier ones.
            }
            var written = (await other.WriteAsync([Raised(Alert())], []))[0].Change;
            return await hints.WaitAsync(TimeSpan.FromMilliseconds(200)) && (await store.ReadChangesAsync(written.Sequence - 1, 10)).Contains(written);
        },
        "a hint of the other node");
}
