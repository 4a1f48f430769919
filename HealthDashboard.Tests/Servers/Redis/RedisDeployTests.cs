using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using StackExchange.Redis;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>The servers as the scripts of deploy/redis start them: accounts by name, and sentinels that know the primary.</summary>
public sealed class RedisDeployTests
{
    private const string Account = "user=health,password=right";

    private static readonly Dictionary<string, string> Passwords = new() { ["REDIS_PASSWORD"] = "right", ["REDIS_ADMIN_PASSWORD"] = "mighty" };

    [Fact]
    public async Task The_programs_account_keeps_alerts_and_may_not_do_what_an_operator_may()
    {
        await using var server = await StartAsync();
        using var factory = Factory($"{server.Address},{Account}");
        var store = factory.Open();
        using var hints = new SemaphoreSlim(0);
        using var subscription = store.OnChanged(() => hints.Release());

        var written = await store.WriteAsync([Raised(Alert())], [new(Id(), new byte[] { 1 })]);

        Assert.Equal([written[0].Change], await store.ReadChangesAsync(0, 10));
        Assert.True(await hints.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("always", (string?)factory.Execute("CONFIG", "GET", "appendfsync")[1]);
        foreach (var command in (string[][])[["FLUSHALL"], ["CONFIG", "SET", "appendonly", "no"], ["ACL", "LIST"], ["GET", "other"], ["KEYS", "*"]])
        {
            var refused = Assert.Throws<RedisServerException>(() => factory.Execute(command[0], command[1..]));
            Assert.StartsWith("NOPERM", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("user=nobody,password=right")]
    [InlineData("user=health,password=wrong")]
    [InlineData("password=right")]
    public async Task Without_the_right_name_and_password_nothing_is_given_and_no_password_said(string account)
    {
        await using var server = await StartAsync();
        using var factory = Factory($"{server.Address},{account}");
        var error = await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => factory.Open().ReadOpenAsync());
        Assert.DoesNotContain("right", error.Message);
        Assert.DoesNotContain("wrong", error.Message);
    }

    [Fact]
    public async Task Sentinels_say_where_the_primary_is_and_when_another_takes_over()
    {
        await using var primary = await StartAsync();
        await using var replica = await StartAsync("--replicaof", "127.0.0.1", $"{primary.Port}", "--repl-diskless-sync-delay", "0");
        await using var first = await StartSentinelAsync(primary);
        await using var second = await StartSentinelAsync(primary);
        await using var third = await StartSentinelAsync(primary);
        using var factory = Factory($"{first.Address},{second.Address},{third.Address},serviceName=health,{Account}");
        factory.Options.Replicas = 1;
        var store = factory.Open();
        var before = await TakenAsync(store, "a write that the replica has");
        // Until a sentinel has heard of the replica and of the others it cannot hand over.
        await Eventually.HoldsAsync(
            async () => (await AskAsync(first, "REPLICAS", "health")).Length == 1 && (await AskAsync(first, "SENTINELS", "health")).Length == 2, "sentinels that know all");

        await primary.KillAsync();
        factory.Options.Replicas = 0;

        var after = await TakenAsync(store, "a write on the new primary");
        Assert.Equal([before, after], await store.ReadChangesAsync(0, 10));
        // The sentinel that led the election knows first, the others hear of it.
        await Eventually.HoldsAsync(
            async () => (string?)(await AskAsync(first, "GET-MASTER-ADDR-BY-NAME", "health"))[1] == $"{replica.Port}", "every sentinel to name the new primary");
    }

    private static async Task<Data.Model.AlertChange> TakenAsync(IAlertStore store, string what)
    {
        var change = Raised(Alert());
        IReadOnlyList<AlertWriteOutcome>? outcomes = null;
        await Eventually.HoldsAsync(async () => (await Record.ExceptionAsync(async () => outcomes = await store.WriteAsync([change], []))) is null, what);
        Assert.True(outcomes![0].Taken);
        return outcomes[0].Change;
    }

    private static async Task<RedisResult> AskAsync(RedisServer sentinel, params string[] question)
    {
        var options = ConfigurationOptions.Parse($"{sentinel.Address},{Account}");
        options.CommandMap = CommandMap.Sentinel;
        await using var client = await ConnectionMultiplexer.ConnectAsync(options);
        return await client.GetServer(sentinel.Address).ExecuteAsync("SENTINEL", question);
    }

    // The account sees the keys of the program's own prefix only.
    private static RedisStoreFactory Factory(string connection)
    {
        var factory = new RedisStoreFactory(connection);
        factory.Options.Prefix = new RedisOptions().Prefix;
        return factory;
    }

    private static Task<RedisServer> StartAsync(params string[] arguments) => RedisServer.StartScriptAsync(
        Script("start.sh"),
        (text, folder, port) => text.Replace("--dir /data", $"--dir {folder} --bind 127.0.0.1 --port {port}", StringComparison.Ordinal),
        Passwords,
        arguments);

    private static Task<RedisServer> StartSentinelAsync(RedisServer primary) => RedisServer.StartScriptAsync(
        Script("start-sentinel.sh"),
        (text, folder, port) => text
            .Replace("/tmp/sentinel.conf", $"{folder}/sentinel.conf", StringComparison.Ordinal)
            .Replace("port 26379", $"port {port}\nbind 127.0.0.1", StringComparison.Ordinal)
            .Replace("$1 6379", $"$1 {primary.Port}", StringComparison.Ordinal),
        Passwords,
        "127.0.0.1");

    private static string Script(string name)
    {
        var path = Path.Combine(AppServer.AppDirectory, "../deploy/redis", name);
        if (!File.Exists(path))
            Assert.Skip($"{path} is not here: run the tests from the source to have these.");
        return File.ReadAllText(path);
    }
}
