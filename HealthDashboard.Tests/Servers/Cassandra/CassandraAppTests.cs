using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Cassandra;

/// <summary>The real app on scripted nodes.</summary>
public sealed class CassandraAppTests
{
    private const string Alerts = "/api/analytics/alerts?region=North&ward=ICU";

    [Fact]
    public async Task It_starts_while_cassandra_is_away_says_so_and_uses_it_when_it_comes()
    {
        await using var cluster = ScriptedCluster.Start(2);
        foreach (var node in cluster.Nodes)
            await node.StopAsync();
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Stores:Analytics"] = "Cassandra",
            ["ConnectionStrings:Cassandra"] = $"Contact Points={cluster.Nodes[0].EndPoint}",
            ["Simulation:Enabled"] = "false",
        });
        Use(app);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Client.GetAsync(Alerts)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(("degraded", "down"), await ReadyAsync(app));

        foreach (var node in cluster.Nodes)
            node.Start();
        await Eventually.HoldsAsync(async () => await ReadyAsync(app) == ("ready", "up"), "the app to find Cassandra");
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync(Alerts)).StatusCode);

        // It rolls up when it starts; what it wrote is there for the next one.
        Assert.Equal(0, await app.StopAsync());
        await app.StartAgainAsync();
        Use(app);
        await Eventually.HoldsAsync(
            async () => (await app.Client.GetFromJsonAsync<JsonElement>(Alerts)).GetProperty("asOf").ValueKind == JsonValueKind.String, "a roll-up");
    }

    private static void Use(AppServer app) => app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");

    private static async Task<(string?, string?)> ReadyAsync(AppServer app)
    {
        var ready = await app.Client.GetFromJsonAsync<JsonElement>("/health/ready");
        return (ready.GetProperty("status").GetString(), ready.GetProperty("stores").GetProperty("analytics").GetString());
    }
}
