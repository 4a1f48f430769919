using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>What is wrong with the demo's devices, over HTTP: counted, and over a kill nothing of it is lost or doubled.</summary>
public sealed class DemoFaultTests
{
    [Fact]
    public async Task A_storm_and_wrong_clocks_double_nothing_and_a_kill_loses_nothing()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Demo:Ward"] = "true",
            ["Demo:Faults"] = "true",
            ["Simulation:Patients"] = "2",
            ["Simulation:History"] = "00:01:00",
            ["Simulation:EarlierHistory"] = "00:00:00",
        });
        using var admin = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        await Eventually.HoldsAsync(async () => (await FeatureHost.SignInAsync(admin, "admin", DemoAccounts.Password)).StatusCode == HttpStatusCode.Found, "an administrator to be signed in");

        using var wrong = await admin.PutAsJsonAsync("api/demo/faults/devices", new { clockSeconds = 4000 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var unknown = await admin.PutAsJsonAsync("api/demo/faults/disk", new { mode = "slow", amount = 5 });
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var much = await admin.PutAsJsonAsync("api/demo/faults/vitals", new { mode = "fails", amount = 101 });
        Assert.Contains("1 to 100 percent", await much.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var storm = await admin.PutAsJsonAsync("api/demo/faults/devices", new { storm = true, clockSeconds = 120 });
        Assert.Equal(HttpStatusCode.OK, storm.StatusCode);
        JsonElement proof = default;
        await Eventually.HoldsAsync(async () => (proof = await ProofAsync(admin)).GetProperty("acknowledged").GetInt64() > 2 * proof.GetProperty("distinct").GetInt64(), "readings that are sent ten times over");
        Assert.Equal((0, 0), (proof.GetProperty("doubled").GetInt32(), proof.GetProperty("lost").GetInt32()));

        var before = proof.GetProperty("distinct").GetInt64();
        await server.KillAsync();
        await server.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (proof = await ProofAsync(admin)).GetProperty("distinct").GetInt64() > before, "the count to go on");
        Assert.Equal((0, 0), (proof.GetProperty("doubled").GetInt32(), proof.GetProperty("lost").GetInt32()));
        var faults = await admin.GetFromJsonAsync<JsonElement>("api/demo/faults");
        Assert.All(faults.EnumerateArray(), fault => Assert.Equal("none", fault.GetProperty("mode").GetString()));
    }

    private static async Task<JsonElement> ProofAsync(HttpClient admin)
    {
        using var answer = await admin.GetAsync("api/demo/faults/proof");
        return answer.StatusCode == HttpStatusCode.OK
            ? await answer.Content.ReadFromJsonAsync<JsonElement>()
            : JsonDocument.Parse("""{"acknowledged":0,"distinct":0,"doubled":0,"lost":0}""").RootElement;
    }
}
