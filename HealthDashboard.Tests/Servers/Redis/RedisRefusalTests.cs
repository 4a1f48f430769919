using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>What a real server refuses until an operator mends it, and what is said of it.</summary>
public sealed class RedisRefusalTests
{
    [Fact]
    public async Task A_wrong_password_is_said_and_the_right_one_is_used_as_soon_as_it_is_right()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "right");
        using var wrong = new RedisStoreFactory($"{server.Address},password=wrong");
        var store = wrong.Open();
        // The client may learn a moment later why it is not connected.
        await Eventually.HoldsAsync(
            async () => await Record.ExceptionAsync(() => store.ReadOpenAsync()) is StoreRefusedException { Reason: "refuses the user name or password." }, "the reason");

        using var admin = new RedisStoreFactory($"{server.Address},password=right");
        admin.Execute("CONFIG", "SET", "requirepass", "wrong");
        await Eventually.HoldsAsync(async () => await Record.ExceptionAsync(() => store.ReadOpenAsync()) is null, "the store to be available");
    }

    [Fact]
    public async Task A_missing_right_is_said_and_what_is_allowed_goes_on()
    {
        await using var server = await RedisServer.StartAsync("--user", "health", "on", ">secret", "~*", "&*", "+@all", "-xadd");
        using var factory = new RedisStoreFactory($"{server.Address},user=health,password=secret");
        var store = factory.Open();
        Assert.Empty((await store.ReadOpenAsync()).Open);
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(() => store.WriteAsync([Raised(Alert())], []));
        Assert.Equal("Redis of a test: refuses the account a command or key that it needs: deploy/redis has the rights.", refused.Message);
        Assert.Empty((await store.ReadOpenAsync()).Open);
    }
}
