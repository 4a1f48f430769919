using System.Collections.Concurrent;
using HealthDashboard.Data;
using HealthDashboard.Data.Cassandra;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>The program's stores, with analytics in Cassandra, its health check and what it logs.</summary>
internal sealed class CassandraProgram : IAsyncDisposable
{
    private readonly TempDirectory directory = new();
    private readonly IHost host;

    /// <summary>Starts it.</summary>
    /// <param name="connection">The connection string.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public CassandraProgram(string connection, TimeProvider? time = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Data:Directory"] = directory.Path,
            ["Stores:Analytics"] = "Cassandra",
            [CassandraOptions.Key] = connection,
        });
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.Services.AddSingleton<ILoggerProvider>(Log);
        builder.Services.AddStores(builder.Configuration);
        host = builder.Build();
    }

    public LogLines Log { get; } = new();

    public IAnalyticsStore Store => host.Services.GetRequiredService<IAnalyticsStore>();

    public static DailyWardVital Day(int n) =>
        new("north", "ICU", VitalSign.HeartRate, DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(20_000 + n), 40, 140, 75.5, 1000, n);

    public async Task<HealthReportEntry> HealthAsync() =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "analytics")).Entries["analytics"];

    /// <summary>Writes a roll-up that is true for now.</summary>
    public Task WriteAsync(int day = 0) => Store.PutAsync([Day(day)], TimeProvider.System.GetUtcNow());

    /// <summary>Reads days 0 to 99.</summary>
    public async Task<IReadOnlyList<DailyWardVital>> ReadAsync() =>
        (await Store.DailyAsync("north", "ICU", VitalSign.HeartRate, Day(0).Day, Day(99).Day)).Items;

    /// <summary>Reads days 0 to 99; again while the store is unavailable, as a page does.</summary>
    public async Task<IReadOnlyList<DailyWardVital>> UntilItReadsAsync()
    {
        IReadOnlyList<DailyWardVital>? read = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    read = await ReadAsync();
                }
                catch (StoreUnavailableException)
                {
                    // A machine under load takes longer than a page waits.
                }
                return read is not null;
            },
            "Cassandra to be read");
        return read!;
    }

    /// <summary>Returns once it writes; a server that has just started, and a schema that is being created, take a while.</summary>
    public async Task UntilItWritesAsync(int day = 0)
    {
        // A server under load takes longer than half a minute.
        for (var patience = 3; ; patience--)
        {
            try
            {
                await Eventually.HoldsAsync(() => WritesAsync(day), "Cassandra to take a roll-up");
                return;
            }
            catch (Xunit.Sdk.XunitException) when (patience > 0)
            {
                // Once more.
            }
        }
    }

    /// <summary>Whether it writes; false while the store is unavailable.</summary>
    public async Task<bool> WritesAsync(int day = 0)
    {
        try
        {
            await WriteAsync(day);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        directory.Dispose();
    }
}

/// <summary>What was logged at the level of a warning or above, and by stores.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    /// <summary>How many lines contain a text.</summary>
    public int Count(string text) => lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public override string ToString() => string.Join('\n', lines);

    public void Dispose()
    {
        // The lines stay for whoever looks at them.
    }
}
