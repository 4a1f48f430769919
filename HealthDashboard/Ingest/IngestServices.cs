using System.Globalization;
using System.Threading.RateLimiting;
using HealthDashboard.Accounts;
using HealthDashboard.Data.Stores;
using HealthDashboard.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HealthDashboard.Ingest;

/// <summary>Registration of how readings come in.</summary>
internal static class IngestServices
{
    /// <summary>The rate limit of each key.</summary>
    public const string RateLimit = "ingest";

    /// <summary>
    /// Adds what <see cref="MapIngest"/> needs besides the stores, the patients, the keys and an <see cref="IReadingSink"/>. The application also
    /// uses authentication, authorization and, after them, the rate limiter.
    /// </summary>
    public static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddOptions<IngestOptions>()
            .BindConfiguration(IngestOptions.Section)
            .Configure<IConfiguration>(static (options, configuration) =>
                options.RawRetention = RetentionOf(configuration["Vitals:RawRetention"], options.RawRetention))
            .ValidateRangesOnStart(IngestOptions.Section);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IValidateOptions<IngestOptions>, ReadingNamesValidator>();
        services.AddSingleton<DeviceNames>();
        services.AddSingleton<ReadingNames>();
        services.AddSingleton<IngestRoom>();
        services.AddSingleton<IngestStatistics>();
        services.AddSingleton<InfluxDatabases>();
        services.AddSingleton<ReadingIntake>();
        services.TryAddSingleton<ISpoolDisk>(static provider =>
            new SpoolDisk(Path.Combine(provider.GetRequiredService<IOptions<StoreOptions>>().Value.DataDirectory, "spool")));
        services.AddSingleton(static provider => new Spool(
            provider.GetRequiredService<ISpoolDisk>(),
            provider.GetRequiredService<IOptions<IngestOptions>>().Value.SpoolBytes,
            provider.GetRequiredService<DeviceNames>(),
            provider.GetRequiredService<ILogger<Spool>>()));
        services.AddHostedService<SpoolDrain>();
        services.AddSingleton<IngestQueue>();
        services.AddHostedService(static provider => provider.GetRequiredService<IngestQueue>());
        services.AddRateLimiter(static limiter => limiter.AddPolicy(RateLimit, LimitOf).OnRejected = static (rejected, cancel) =>
        {
            SetRetryAfter(rejected.HttpContext, StatusCodes.Status429TooManyRequests);
            return new ValueTask(TypedResults
                .Problem("Too many requests with this key: send larger batches, or slower.", statusCode: StatusCodes.Status429TooManyRequests)
                .ExecuteAsync(rejected.HttpContext));
        });
        return services;
    }

    /// <summary>Adds the calls by which readings come in.</summary>
    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder routes)
    {
        var maxBytes = routes.ServiceProvider.GetRequiredService<IOptions<IngestOptions>>().Value.MaxBodyBytes;
        var readings = routes.MapGroup("")
            .RequireRateLimiting(RateLimit)
            .WithMetadata(new KeysOnly())
            // Larger ones are refused without being kept, but read to their end: a sender that is cut off sees no answer.
            .WithMetadata(new RequestSizeLimitAttribute(8L * maxBytes));
        readings.MapImport();
        var group = readings.MapGroup("").RequireAuthorization(Policies.Ingest);
        group.MapVitals();
        group.MapWrite();
        group.MapInfluxQueries();
        routes.MapPing();
        return routes;
    }

    /// <summary>Says when to try again, where that helps.</summary>
    public static void SetRetryAfter(HttpContext context, int status)
    {
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
    }

    // What is no time at all becomes one that validation refuses, together with everything else that is wrong.
    private static TimeSpan RetentionOf(string? configured, TimeSpan fallback) =>
        configured is null ? fallback : TimeSpan.TryParse(configured, out var retention) ? retention : TimeSpan.Zero;

    private static RateLimitPartition<string> LimitOf(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<IngestOptions>>().Value;
        return RateLimitPartition.GetTokenBucketLimiter(context.User.Identity?.Name ?? "", _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = options.BurstRequests,
            TokensPerPeriod = Math.Max(1, options.RequestsPerSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(options.RequestsPerSecond < 10 ? 1.0 / options.RequestsPerSecond : 0.1),
            QueueLimit = 0,
        });
    }
}
