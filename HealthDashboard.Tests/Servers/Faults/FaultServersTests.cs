using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Browser;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Faults;

/// <summary>The whole program on real servers, three Cassandra nodes among them, each taken away by its switch: real drivers meet real failures.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class FaultServersTests
{
    [Fact]
    public async Task Each_server_fails_by_its_switch_and_nothing_acknowledged_is_lost_or_doubled()
    {
        await using var servers = await RealServers.UpAsync("cassandra", "neo4j", "mongodb", "influxdb2", "--nodes", "3");
        await using var redis = await RedisServer.StartAsync();
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Simulation:Enabled"] = "false",
            ["Demo:Faults"] = "true",
            ["Stores:Patients"] = "MongoDb",
            ["ConnectionStrings:MongoDb"] = servers["TEST_MONGODB"],
            ["Stores:Vitals"] = "InfluxDb",
            ["ConnectionStrings:InfluxDb"] = servers["TEST_INFLUXDB2"],
            ["Stores:CareTeam"] = "Neo4j",
            ["ConnectionStrings:Neo4j"] = servers["TEST_NEO4J"],
            ["Stores:Analytics"] = "Cassandra",
            ["ConnectionStrings:Cassandra"] = $"{servers["TEST_CASSANDRA"]};Replication Factor=3",
            ["Stores:Alerts"] = "Redis",
            ["ConnectionStrings:Redis"] = redis.Address,
        });
        using var admin = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        string[] roles = ["patients", "vitals", "careTeam", "analytics", "alerts"];
        foreach (var role in roles)
            await UntilAsync(app, role, "up");
        // The accounts are made a moment after the start.
        await Eventually.HoldsAsync(async () => (await FeatureHost.SignInAsync(admin, "admin", DemoAccounts.Password)).StatusCode == HttpStatusCode.Found, "an administrator to be signed in");
        Assert.Equal([1, 1, 1, 3, 1], (await admin.GetFromJsonAsync<JsonElement>("api/demo/faults")).EnumerateArray().Select(fault => fault.GetProperty("servers").GetInt32()));
        var ward = new DemoWard(app);
        var readings = new CountedReadings(app, [await ward.AdmitAsync("First"), await ward.AdmitAsync("Second")]);

        foreach (var role in roles)
        {
            await SetAsync(admin, role, "unavailable");
            await UntilAsync(app, role, "down");
            Assert.Equal(HttpStatusCode.OK, await readings.SendAsync());
            await SetAsync(admin, role, "none");
            await UntilAsync(app, role, "up");
        }

        // A fault that begins while everything works begins the count anew.
        var before = readings.Acknowledged;

        // While one node can be reached it asks the others: the program goes on by it at LOCAL_QUORUM.
        await SetAsync(admin, "analytics", "unavailable", 2);
        for (var look = 0; look < 5; look++)
            Assert.Equal("up", await StateAsync(app, "analytics"));

        await SetAsync(admin, "vitals", "fails", 40);
        await SetAsync(admin, "alerts", "slow", 300);
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, await readings.SendAsync(low: true));
        await SetAsync(admin, "vitals", "readOnly");
        Assert.Equal(HttpStatusCode.OK, await readings.SendAsync(low: true));
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("api/demo/faults")).StatusCode);
        foreach (var role in roles)
            await UntilAsync(app, role, "up");

        JsonElement proof = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                using var answer = await admin.GetAsync("api/demo/faults/proof");
                proof = answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadFromJsonAsync<JsonElement>() : default;
                return answer.StatusCode == HttpStatusCode.OK;
            },
            "spool and alerts to be written");
        Assert.Equal((readings.Acknowledged - before, readings.Acknowledged - before, 0, 0, 0), (Of("acknowledged"), Of("stored"), Of("doubled"), Of("lost"), Of("alertsLost")));
        Assert.True(Of("alertsShown") > 0);
        Assert.Equal(readings.Acknowledged, await readings.ChartedAsync());

        int Of(string figure) => proof.GetProperty(figure).GetInt32();
    }

    private static async Task SetAsync(HttpClient admin, string role, string mode, int amount = 0)
    {
        using var answer = await admin.PutAsJsonAsync($"api/demo/faults/{role}", new { mode, amount });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task UntilAsync(AppServer app, string role, string state) => Eventually.HoldsAsync(async () => await StateAsync(app, role) == state, $"{role} to be {state}");

    private static async Task<string?> StateAsync(AppServer app, string role)
    {
        using var answer = await app.Client.GetAsync("health/ready");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stores").GetProperty(role).GetString();
    }
}
