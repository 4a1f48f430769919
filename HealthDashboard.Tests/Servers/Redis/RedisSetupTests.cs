using HealthDashboard.Data;
using HealthDashboard.Data.Redis;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Tests.Servers.Redis;

/// <summary>What an operator may configure, and what the health of the store says of the server.</summary>
public sealed class RedisSetupTests : IDisposable
{
    private static readonly Dictionary<string, string> Safe = new() { ["redis_version"] = "7.0.15", ["aof_enabled"] = "1", ["aof_last_write_status"] = "ok" };

    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData(null, "ConnectionStrings:Redis is missing: give host:port[,user=...][,password=...][,ssl=true].")]
    [InlineData(" ", "ConnectionStrings:Redis is missing: give host:port[,user=...][,password=...][,ssl=true].")]
    [InlineData("localhost:6379,paswoord=secret", "ConnectionStrings:Redis cannot be read: give host:port[,user=...][,password=...][,ssl=true].")]
    [InlineData("password=secret", "ConnectionStrings:Redis cannot be read: give host:port[,user=...][,password=...][,ssl=true].")]
    public async Task A_wrong_connection_string_stops_the_start_with_one_line(string? connection, string line)
    {
        using var host = Host(connection);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal([line], error.Failures);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_together()
    {
        using var host = Host(null, ("Redis:Prefix", "a{b}"), ("Redis:Replicas", "some"));
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(3, error.Failures.Count());
    }

    [Fact]
    public async Task The_start_does_not_wait_for_Redis_and_health_says_that_it_is_away()
    {
        await using var server = RedisServer.Prepare("--appendonly", "yes");
        using var host = Host(server.Address + ",password=secret");
        await host.StartAsync();
        var store = host.Services.GetRequiredService<IAlertStore>();
        using var subscription = store.OnChanged(() => { });

        var unavailable = await HealthAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, unavailable.Status);
        Assert.Contains("Unavailable since", unavailable.Description);
        Assert.DoesNotContain("secret", unavailable.Description);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadStatesAsync());
    }

    [Fact]
    public async Task Health_says_how_safe_the_server_keeps_alerts()
    {
        await using var safe = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        await using var cache = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        using var onSafe = Host(safe.Address);
        using var onCache = Host(cache.Address);

        var good = await HealthAsync(onSafe);
        Assert.Equal((HealthStatus.Healthy, true), (good.Status, good.Description!.EndsWith(", appendfsync always", StringComparison.Ordinal)));
        var bad = await HealthAsync(onCache);
        Assert.Equal(HealthStatus.Degraded, bad.Status);
        Assert.Contains("Set appendonly yes: a crash of the server loses alerts. Set maxmemory-policy noeviction: a full server drops alerts.", bad.Description);
    }

    [Theory]
    [InlineData("everysec", null, null, null)]
    [InlineData("no", null, null, "Set appendfsync everysec or always: a power cut loses half a minute of alerts.")]
    [InlineData(null, null, null, null)]
    [InlineData("always", "aof_last_write_status", "err", "The append-only file cannot be written.")]
    [InlineData("always", "used_memory", "95", "Memory is nine tenths full; a full server takes no more alerts.")]
    [InlineData("always", "connected_slaves", "0", "Of the 1 replicas that each write waits for 0 are connected.")]
    public void What_the_settings_mean_is_said(string? fsync, string? field, string? value, string? warning)
    {
        var info = new Dictionary<string, string>(Safe)
        {
            ["maxmemory"] = "100",
            ["maxmemory_policy"] = "noeviction",
            ["used_memory"] = "50",
            ["connected_slaves"] = "1",
        };
        if (field is not null)
            info[field] = value!;
        Assert.Equal(warning, RedisHealth.Judge(info, fsync, replicas: 1).Warning);
    }

    private static async Task<HealthReportEntry> HealthAsync(IHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "alerts")).Entries["alerts"];

    private IHost Host(string? connection, params (string Key, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(settings.Concat([("Data:Directory", directory.Path), ("Stores:Alerts", "redis"), ("ConnectionStrings:Redis", connection!)])
            .Where(s => s.Item2 is not null).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStores(builder.Configuration);
        return builder.Build();
    }
}
