using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Faults;

/// <summary>The whole program on real servers, three Cassandra nodes among them, each taken away by its switch: real drivers meet real failures.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class FaultServersTests
{
    private static readonly string[] Signs = ["heartRate", "respiratoryRate", "spo2", "systolic"];

    private readonly List<string> patients = [];
    private int acknowledged;

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
        patients.AddRange([await AdmitAsync(app, "F-1"), await AdmitAsync(app, "F-2")]);
        var started = TimeProvider.System.GetUtcNow();

        foreach (var role in roles)
        {
            await SetAsync(admin, role, "unavailable");
            await UntilAsync(app, role, "down");
            await SendAsync(app);
            await SetAsync(admin, role, "none");
            await UntilAsync(app, role, "up");
        }

        // A fault that begins while everything works begins the count anew.
        var before = acknowledged;

        // While one node can be reached it asks the others: the program goes on by it at LOCAL_QUORUM.
        await SetAsync(admin, "analytics", "unavailable", 2);
        for (var look = 0; look < 5; look++)
            Assert.Equal("up", await StateAsync(app, "analytics"));

        await SetAsync(admin, "vitals", "fails", 40);
        await SetAsync(admin, "alerts", "slow", 300);
        for (var i = 0; i < 20; i++)
            await SendAsync(app, low: true);
        await SetAsync(admin, "vitals", "readOnly");
        await SendAsync(app, low: true);
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
        Assert.Equal((acknowledged - before, acknowledged - before, 0, 0, 0), (Of("acknowledged"), Of("stored"), Of("doubled"), Of("lost"), Of("alertsLost")));
        Assert.True(Of("alertsShown") > 0);
        Assert.Equal(acknowledged, await ChartedAsync(app, started));

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

    private static async Task<string> AdmitAsync(AppServer app, string mrn)
    {
        using var answer = await CallAsync(app, HttpMethod.Post, "api/patients", FeatureHost.NewPatient(mrn));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    // Each sending has a time of its own; a pressure that is low alarms at once.
    private async Task SendAsync(AppServer app, bool low = false)
    {
        var time = TimeProvider.System.GetUtcNow();
        using var answer = await CallAsync(app, HttpMethod.Post, "api/vitals", new
        {
            readings = from patientId in patients from sign in Signs select new { patientId, sign, value = sign switch { "heartRate" => 72, "respiratoryRate" => 14, "systolic" => low ? 70 : 120, _ => 97 }, time },
        });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        acknowledged += (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accepted").GetInt32();
    }

    // As the charts count them, which is another question to the store than the proof's.
    private async Task<int> ChartedAsync(AppServer app, DateTimeOffset from)
    {
        var total = 0;
        foreach (var (patient, sign) in from patient in patients from sign in Signs select (patient, sign))
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"api/patients/{patient}/vitals?sign={sign}&from={Uri.EscapeDataString($"{from:O}")}&to={Uri.EscapeDataString($"{from.AddMinutes(10):O}")}&points=50");
            using var answer = await CallAsync(app, HttpMethod.Get, address, content: null);
            total += (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("count").GetInt32());
        }
        return total;
    }

    private static async Task<HttpResponseMessage> CallAsync(AppServer app, HttpMethod method, string address, object? content)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Add("X-Api-Key", "demo-key");
        request.Content = content is null ? null : JsonContent.Create(content);
        return await app.Client.SendAsync(request);
    }
}
