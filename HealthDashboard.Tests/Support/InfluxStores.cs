using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Resilience;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Support;

/// <summary>Stores over one database of its own in the InfluxDB server that the tests may fill; dropped at the end.</summary>
/// <param name="time">The stores' clock. The server has its own: what is older than the raw retention by that one is gone.</param>
/// <param name="address">The server; null for the one that TEST_INFLUXDB names.</param>
/// <param name="version">What the server passes for, 2.x or 3.x; null for what it is. See <see cref="LaterInflux"/>.</param>
internal sealed class InfluxStores(TimeProvider time, string? address = null, string? version = null) : IAsyncDisposable
{
    private readonly List<InfluxDbVitalStore> open = [];

    public InfluxDbOptions Options { get; init; } = new()
    {
        Address = new Uri(address ?? Needs.InfluxDb()),
        Database = $"test-{Guid.NewGuid():N}",
        RawRetention = TimeSpan.FromDays(3650),
    };

    /// <summary>One more store over the same data, as another node has.</summary>
    public InfluxDbVitalStore Open()
    {
        open.Add(Over(Options, time, version is null ? null : new LaterInflux(version)));
        return open[^1];
    }

    /// <summary>Does what the operator of a later version does beforehand.</summary>
    public async Task MakePlacesAsync()
    {
        foreach (var statement in LaterInflux.Places(Options.Database))
            await QueryAsync(statement);
    }

    /// <summary>Runs statements and returns each row as the JSON of its values.</summary>
    public async Task<List<string>> QueryAsync(string text)
    {
        using var client = new InfluxClient(Options, TimeProvider.System);
        List<string> rows = [];
        await client.QueryAsync(new InfluxQuery(text), row => rows.Add(row.Values.GetRawText()), CancellationToken.None);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in open)
            await store.DisposeAsync();
        await QueryAsync($"DROP DATABASE \"{Options.Database}\"");
    }

    /// <summary>A store with a policy of its own, whose circuit stays closed so that the server's own words are heard.</summary>
    public static InfluxDbVitalStore Over(InfluxDbOptions options, TimeProvider time, HttpMessageHandler? handler = null) =>
        Over(options, new StorePolicyOptions { Timeout = TimeSpan.FromSeconds(30), BreakAfter = 1000 }, time, handler);

    /// <summary>A store with policies of these limits, which go by the real time.</summary>
    public static InfluxDbVitalStore Over(
        InfluxDbOptions options, StorePolicyOptions limits, TimeProvider time, HttpMessageHandler? handler = null) => new(
        options,
        new StorePolicy("InfluxDB vitals", limits, TimeProvider.System, NullLogger.Instance),
        new StorePolicy("InfluxDB vitals", limits, TimeProvider.System, NullLogger.Instance),
        time,
        NullLogger<InfluxDbVitalStore>.Instance,
        handler);
}
