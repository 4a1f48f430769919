using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using HealthDashboard.Tests.Browser;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Telemetry;

/// <summary>What /metrics says after known inputs, whom it lets in, and that a real Prometheus and the dashboard of deploy/grafana go by it.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class MetricsTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_came_in_what_is_open_and_which_stores_answer_is_counted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var app = await MeteredApp.StartAsync(redis);
        var before = await app.ScrapeAsync();
        Assert.Equal(0, before["healthdashboard_alerts_viewers{}"]);
        Assert.Equal(0, before["healthdashboard_ingest_spool_bytes{}"]);

        await using var viewer = await HubClient.ConnectAsync(app.Server.Address, "hubs/alerts", "demo-key");
        await app.BreachAsync();
        var alert = await app.AlertAsync();

        // Two scrapes within a moment have one answer.
        await app.ShowsAsync("healthdashboard_ingest_accepted_total{source=\"demo\"}", 60);
        var after = await app.ScrapeAsync();
        Assert.Equal(60, after["healthdashboard_ingest_accepted_total{source=\"demo\"}"]);
        Assert.Equal(1, after["healthdashboard_ingest_rejected_total{source=\"demo\"}"]);
        Assert.Equal(1, after["healthdashboard_ingest_passed_over_total{}"]);
        Assert.Equal(1, after["healthdashboard_ingest_durable_seconds_count{}"]);
        Assert.Equal(1, after.Where(series => series.Key.StartsWith("healthdashboard_alerts_raised_total{kind=\"limit\"", StringComparison.Ordinal)).Sum(series => series.Value));
        Assert.Equal(after.Where(series => series.Key.StartsWith("healthdashboard_alerts_raised_total{", StringComparison.Ordinal)).Sum(series => series.Value), after["healthdashboard_alerts_lateness_seconds_count{}"]);
        Assert.InRange(after["healthdashboard_alerts_lateness_seconds_sum{}"], 1, 600);
        Assert.True(after["healthdashboard_store_call_seconds_count{role=\"alerts\"}"] > 0);
        Assert.Equal(1, after["healthdashboard_alerts_viewers{}"]);
        Assert.Equal(1, after["healthdashboard_alerts_confirmed{}"]);
        Assert.Equal(0, after["healthdashboard_ingest_queue_age_seconds{}"]);
        foreach (var role in (string[])["patients", "vitals", "careTeam", "analytics", "alerts"])
            Assert.Equal(1, after[$"healthdashboard_store_up{{role=\"{role}\"}}"]);

        var open = $"healthdashboard_alerts_open{{priority=\"{alert.GetProperty("priority").GetString()}\",state=";
        Assert.True(after[open + "\"unacknowledged\"}"] > 0);
        var acknowledged = after[open + "\"acknowledged\"}"];
        (await app.Server.Client.PostAsJsonAsync($"/api/alerts/{alert.GetProperty("id").GetString()}/acknowledge", new { })).EnsureSuccessStatusCode();
        await app.ShowsAsync(open + "\"acknowledged\"}", acknowledged + 1);

        await redis.KillAsync();
        await app.ShowsAsync("healthdashboard_store_up{role=\"alerts\"}", 0);
    }

    [Theory]
    [InlineData(null, false, HttpStatusCode.Unauthorized)]
    [InlineData("X-Api-Key: not-a-key-of-ours", false, HttpStatusCode.Unauthorized)]
    [InlineData("X-Api-Key: a-key-to-read-with", false, HttpStatusCode.Forbidden)]
    [InlineData("X-Api-Key: a-key-for-metrics", false, HttpStatusCode.OK)]
    [InlineData("Authorization: Bearer a-key-for-metrics", false, HttpStatusCode.OK)]
    [InlineData("Authorization: Basic cHJvbTphLWtleS1mb3ItbWV0cmljcw==", false, HttpStatusCode.OK)]
    [InlineData(null, true, HttpStatusCode.OK)]
    public async Task Only_a_key_with_the_scope_metrics_is_let_in_unless_everybody_is(string? header, bool anonymous, HttpStatusCode status)
    {
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Metrics:Anonymous"] = anonymous ? "true" : "false",
            ["Simulation:Enabled"] = "false",
            ["ApiKeys:0:Name"] = "prometheus",
            ["ApiKeys:0:Key"] = "a-key-for-metrics",
            ["ApiKeys:0:Scopes:0"] = "metrics",
            ["ApiKeys:1:Name"] = "reader",
            ["ApiKeys:1:Key"] = "a-key-to-read-with",
            ["ApiKeys:1:Scopes:0"] = "read",
        });
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        // As a browser asks, which would be sent to the sign-in page elsewhere.
        request.Headers.Add("Accept", "text/html");
        if (header?.Split(": ") is [var name, var value])
            request.Headers.TryAddWithoutValidation(name, value);

        using var answer = await app.Client.SendAsync(request);

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK, (await answer.Content.ReadAsStringAsync()).Contains("healthdashboard_store_up{", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_series_that_the_dashboard_draws_is_served()
    {
        var file = Path.Combine(AppServer.AppDirectory, "../deploy/grafana/healthdashboard.json");
        if (!File.Exists(file))
            Assert.Skip($"{file} is not here: run the tests from the source to have these.");
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var drawn = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .SelectMany(target => SeriesName().Matches(target.GetProperty("expr").GetString()!).Select(match => match.Value))
            .Distinct().ToList();
        Assert.True(drawn.Count > 15);
        await using var redis = await RedisServer.StartAsync();
        await using var app = await MeteredApp.StartAsync(redis);
        await app.ScrapeAsync();
        await using var page = await browser.OpenAsync(app.Server, "connection");
        await page.IsInteractiveAsync();
        await app.BreachAsync();
        await app.AlertAsync();

        var served = (await app.ScrapeAsync()).Keys.Select(series => series[..series.IndexOf('{', StringComparison.Ordinal)]).ToHashSet();

        Assert.Empty(drawn.Except(served));
    }

    [Fact]
    public async Task A_real_Prometheus_scrapes_it_with_a_key()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var app = await MeteredApp.StartAsync(redis);
        await using var prometheus = await PrometheusServer.StartAsync(app.Server.Address, "demo-key");
        await app.ScrapeAsync();
        await app.BreachAsync();

        await Eventually.HoldsAsync(
            async () => await prometheus.QueryAsync("healthdashboard_ingest_accepted_total{source=\"demo\"}") is 60
                && await prometheus.QueryAsync("count(healthdashboard_store_up == 1)") is >= 5
                && await prometheus.QueryAsync("sum(healthdashboard_alerts_lateness_seconds_count)") is >= 1,
            "Prometheus to have the series");
    }

    // A name before its labels.
    [GeneratedRegex("[a-z_]+(?=\\{)", RegexOptions.None, 1000)]
    private static partial Regex SeriesName();
}
