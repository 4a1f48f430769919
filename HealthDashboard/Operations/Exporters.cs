using HealthDashboard.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HealthDashboard.Operations;

/// <summary>
/// Collects the measurements and exports them. Loading it costs a quarter of a second, so it begins a moment after the start, or with the
/// first scrape if that comes earlier: the first page is not to wait for it. What was counted before is not in the metrics.
/// </summary>
internal sealed class Exporters : BackgroundService
{
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly TimeSpan AfterStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(10);

    private readonly StoreHealth stores;
    private readonly TimeProvider time;
    private readonly bool sends;
    private readonly Lazy<Running> running;

    /// <param name="services">What the exporter for Prometheus asks for its logs.</param>
    /// <param name="configuration">Whether anything is sent by OTLP.</param>
    /// <param name="stores">What is looked at from time to time where nobody scrapes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">Observes from now on.</param>
    public Exporters(IServiceProvider services, IConfiguration configuration, StoreHealth stores, TimeProvider time, ProgramMetrics metrics)
    {
        (this.stores, this.time) = (stores, time);
        ArgumentNullException.ThrowIfNull(metrics);
        sends = !string.IsNullOrEmpty(configuration[OtlpEndpoint]);
        running = new Lazy<Running>(() => Running.Start(services, sends));
    }

    /// <summary>Answers in Prometheus' format.</summary>
    public Task ScrapeAsync(HttpContext context) => running.Value.Prometheus(context);

    public override void Dispose()
    {
        if (running.IsValueCreated)
            running.Value.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(AfterStart, time, stoppingToken);
        _ = running.Value;
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (sends && await timer.WaitForNextTickAsync(stoppingToken))
            await stores.LookAsync(stoppingToken);
    }

    // Apart, so that nothing of the packages is loaded before it starts.
    private sealed record Running(MeterProvider Meters, TracerProvider? Traces, RequestDelegate Prometheus) : IDisposable
    {
        public static Running Start(IServiceProvider services, bool sends)
        {
            var meters = Sdk.CreateMeterProviderBuilder()
                .ConfigureResource(SetResource)
                .AddMeter(ProgramMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Components.Server.Circuits", "System.Runtime")
                .AddPrometheusExporter(static options => options.ScopeInfoEnabled = false);
            if (sends)
                meters.AddOtlpExporter();
            var provider = meters.Build();
            var prometheus = new ApplicationBuilder(services)
                .UseOpenTelemetryPrometheusScrapingEndpoint(provider, static _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
                .Build();
            return new Running(provider, sends ? StartTraces() : null, prometheus);
        }

        public void Dispose()
        {
            Meters.Dispose();
            Traces?.Dispose();
        }

        private static TracerProvider StartTraces() => Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(SetResource)
            .AddAspNetCoreInstrumentation(static options =>
            {
                options.Filter = static context => !context.Request.Path.StartsWithSegments("/health") && !context.Request.Path.StartsWithSegments("/metrics");
                // An address names patients; the route, which stays, does not.
                options.EnrichWithHttpResponse = static (activity, _) => activity.SetTag("url.path", null).SetTag("url.query", null);
            })
            .AddOtlpExporter()
            .Build();

        private static void SetResource(ResourceBuilder resource) => resource.AddService("healthdashboard");
    }
}
