using HealthDashboard.Data;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Tests.Servers.Neo4j;

/// <summary>A real Neo4j that tests of a class bring into states in which it refuses or does not answer; one after the other, on one server.</summary>
public sealed class Neo4jServer : IAsyncDisposable
{
    private RealServers? servers;

    /// <summary>The server, once it was started.</summary>
    internal RealServers Servers => servers!;

    /// <summary>How to reach it.</summary>
    internal string Address => Servers["TEST_NEO4J"];

    /// <summary>Starts it for the first test; skips the test where it cannot be started.</summary>
    public async Task UpAsync() => servers ??= await RealServers.UpAsync("neo4j");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => servers?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>The store as a node of the program puts it together, with its health check and its log.</summary>
internal sealed class Neo4jNode : IAsyncDisposable
{
    private readonly ServiceProvider provider;

    /// <summary>Puts it together; it connects with its first call.</summary>
    public Neo4jNode(string address, int answerWithin)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddLogging(logging => logging.AddProvider(new Provider(Log)));
        services.AddStores(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Stores:CareTeam"] = "Neo4j",
            ["Stores:AnswerWithin"] = $"{answerWithin}",
            ["ConnectionStrings:Neo4j"] = address,
        }).Build());
        provider = services.BuildServiceProvider();
    }

    /// <summary>What it has logged.</summary>
    public Lines Log { get; } = new();

    public ICareTeamStore Store => provider.GetRequiredService<ICareTeamStore>();

    public async Task<HealthReportEntry> HealthAsync() =>
        (await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "careTeam")).Entries.Values.Single();

    public Task HealthyAsync() => Eventually.HoldsAsync(async () => (await HealthAsync()).Status == HealthStatus.Healthy, "a healthy store");

    /// <summary>Until it is answered: a server that has just started takes seconds for the first statement of a kind, and more on a slow machine.</summary>
    public async Task PatientlyAsync(Func<ICareTeamStore, Task> act)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await act(Store);
                return;
            }
            catch (StoreUnavailableException) when (attempt < 400)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
            }
        }
    }

    public ValueTask DisposeAsync() => provider.DisposeAsync();

    /// <summary>The messages of our own code.</summary>
    internal sealed class Lines : ILogger
    {
        private readonly List<string> lines = [];

        /// <summary>All so far.</summary>
        public IReadOnlyList<string> All
        {
            get { lock (lines) return [.. lines]; }
        }

        public void Clear()
        {
            lock (lines)
                lines.Clear();
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }
    }

    private sealed class Provider(Lines lines) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("HealthDashboard.", StringComparison.Ordinal)
            ? lines
            : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public void Dispose()
        {
        }
    }
}
