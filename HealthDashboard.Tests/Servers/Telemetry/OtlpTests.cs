using System.Collections.Concurrent;
using System.Text;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace HealthDashboard.Tests.Servers.Telemetry;

/// <summary>What is sent by OTLP, to a collector that keeps the bodies.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Metrics_and_traces_are_sent_where_an_endpoint_is_named_and_no_trace_names_a_patient()
    {
        ConcurrentQueue<(string Path, string Body)> received = [];
        await using var collector = await CollectAsync(received);
        await using var redis = await RedisServer.StartAsync();
        await using var app = await MeteredApp.StartAsync(redis, new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "300",
        });
        await app.ScrapeAsync();
        await app.BreachAsync();
        (await app.Server.Client.GetAsync($"/api/patients/{app.Patient}?search=Mette")).EnsureSuccessStatusCode();

        await HasAsync("/v1/metrics", "healthdashboard.ingest.accepted");
        await HasAsync("/v1/metrics", "healthdashboard.store.up");
        await HasAsync("/v1/traces", "/api/patients/{id}");
        var traces = string.Concat(received.Where(one => one.Path == "/v1/traces").Select(one => one.Body));
        Assert.DoesNotContain(app.Patient, traces);
        Assert.DoesNotContain("Mette", traces);

        Task HasAsync(string path, string text) => Eventually.HoldsAsync(
            () => Task.FromResult(received.Any(one => one.Path == path && one.Body.Contains(text, StringComparison.Ordinal))), $"{text} to be sent to {path}");
    }

    private static async Task<WebApplication> CollectAsync(ConcurrentQueue<(string Path, string Body)> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = builder.Build();
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        });
        await collector.StartAsync();
        return collector;
    }
}
