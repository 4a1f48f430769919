using HealthDashboard.Data.InfluxDb;
using HealthDashboard.Data.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace HealthDashboard.Tests.Support;

/// <summary>Stores over one database of its own in an InfluxDB server that the tests may fill; dropped at the end.</summary>
/// <param name="time">The stores' clock. The server has its own: what is older than the raw retention by that one is gone.</param>
/// <param name="version">What the server passes for, 3.x; null for what it is. See <see cref="LaterInflux"/>.</param>
internal sealed class InfluxStores(TimeProvider time, string? version = null) : IAsyncDisposable
{
    private readonly List<InfluxDbVitalStore> open = [];

    public InfluxDbOptions Options { get; init; } = new()
    {
        Address = new Uri(Needs.InfluxDb()),
        Database = $"test-{Guid.NewGuid():N}",
        RawRetention = TimeSpan.FromDays(3650),
    };

    private bool HasBuckets => Options.Token is not null && version is null;

    /// <summary>Stores over the real server of a version: 1.x, or 2.x, whose buckets they make.</summary>
    /// <param name="version">1 or 2.</param>
    /// <param name="time">The stores' clock.</param>
    /// <param name="rawRetention">How long raw readings are kept; null for ten years.</param>
    public static InfluxStores On(int version, TimeProvider time, TimeSpan? rawRetention = null) => new(time)
    {
        Options = Parse(version == 1 ? Needs.InfluxDb() : Needs.InfluxDb2(), rawRetention),
    };

    /// <summary>A database of its own on a server.</summary>
    /// <param name="connection">The server's connection string, without a database.</param>
    /// <param name="rawRetention">How long raw readings are kept; null for ten years.</param>
    public static InfluxDbOptions Parse(string connection, TimeSpan? rawRetention = null) =>
        InfluxDbOptions.Parse($"{connection};Database=test-{Guid.NewGuid():N}", rawRetention ?? TimeSpan.FromDays(3650), out var error)
        ?? throw new InvalidOperationException(error);

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
        if (HasBuckets)
            await new InfluxOperator(Options).DropAsync();
        else
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
