using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Polly.CircuitBreaker;

namespace HealthDashboard.Data.Stores;

/// <summary>Healthy when the server answers; otherwise says since when it is unavailable, and whether it is being left alone.</summary>
/// <param name="policy">The server's policy.</param>
/// <param name="probe">Asks the server the cheapest question that shows it can do its work; returns what to tell people.</param>
internal sealed class ServerHealthCheck(StorePolicy policy, Func<CancellationToken, ValueTask<HealthCheckResult>> probe) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            return await policy.ProbeAsync(probe, cancellationToken);
        }
        catch (StoreException error)
        {
            var since = policy.UnavailableSince is { } at ? string.Create(CultureInfo.InvariantCulture, $" Unavailable since {at:HH:mm:ss} UTC.") : "";
            var circuit = policy.Circuit == CircuitState.Closed ? "" : " Circuit open.";
            return new HealthCheckResult(context.Registration.FailureStatus, $"{policy.LastFailure ?? error.Message}{since}{circuit}", error);
        }
    }
}

/// <summary>What the registrations of the servers have in common.</summary>
internal static class ServerRegistration
{
    /// <summary>A server that hangs must not keep the others from being reported: the whole of /health/ready waits for 5 s.</summary>
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(3);

    /// <summary>Adds the policy of a role's server, to be resolved by the role's key, and its health check of the same name.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="role">The role as health checks name it, for example <c>careTeam</c>.</param>
    /// <param name="store">The store's name for people.</param>
    /// <param name="options">The limits; the time limit of a call is <see cref="StoreOptions.AnswerWithin"/>.</param>
    /// <param name="probe">Asks the server whether it can do its work.</param>
    public static IServiceCollection AddServer(
        this IServiceCollection services,
        string role,
        string store,
        StorePolicyOptions options,
        Func<IServiceProvider, CancellationToken, ValueTask<string>> probe) =>
        services.AddServer(role, store, options, async (provider, cancel) => HealthCheckResult.Healthy(await probe(provider, cancel)));

    /// <summary>As the other one, for a probe that can also find that the server works and should be set up otherwise.</summary>
    public static IServiceCollection AddServer(
        this IServiceCollection services,
        string role,
        string store,
        StorePolicyOptions options,
        Func<IServiceProvider, CancellationToken, ValueTask<HealthCheckResult>> probe)
    {
        services.AddKeyedSingleton(role, (provider, _) => new StorePolicy(
            store,
            options with { Timeout = provider.GetRequiredService<IOptions<StoreOptions>>().Value.AnswerWithin },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StorePolicy>>(),
            MeasureOf(role, provider.GetService<IMeterFactory>())));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            role,
            provider => new ServerHealthCheck(provider.GetRequiredKeyedService<StorePolicy>(role), cancel => probe(provider, cancel)),
            failureStatus: null,
            tags: null,
            CheckLimit));
        return services;
    }

    private static Action<TimeSpan>? MeasureOf(string role, IMeterFactory? meters)
    {
        if (meters is null)
            return null;
        var calls = meters.Create("HealthDashboard").CreateHistogram(
            "healthdashboard.store.call",
            "s",
            "How long a call to a server took, with its repetitions, by role.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 20] });
        KeyValuePair<string, object?> tag = new("role", role);
        return took => calls.Record(took.TotalSeconds, tag);
    }
}
