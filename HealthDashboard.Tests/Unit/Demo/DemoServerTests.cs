using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Demo;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Demo;

/// <summary>The demo in the real program.</summary>
public sealed class DemoServerTests
{
    private static readonly string First = DemoHospital.IdOf("patient 0").ToString();

    [Fact]
    public async Task Patients_live_and_a_scenario_outlives_a_kill()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Demo:Ward"] = "true", ["Simulation:Patients"] = "2", ["Simulation:History"] = "00:05:00" });
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        await Eventually.HoldsAsync(() => IsCompleteAsync(server), "a complete score");

        using var wrong = await server.Client.PostAsJsonAsync("/api/demo/scenarios", new { patientId = First, scenario = "measles" });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var stranger = await server.Client.PostAsJsonAsync("/api/demo/scenarios", new { patientId = new string('0', 24), scenario = "sepsis" });
        Assert.Equal(HttpStatusCode.BadRequest, stranger.StatusCode);
        using var started = await server.Client.PostAsJsonAsync("/api/demo/scenarios", new { patientId = First, scenario = "bradycardia", speed = 100 });
        Assert.Equal(HttpStatusCode.Created, started.StatusCode);
        await Eventually.HoldsAsync(async () => await HeartRateAsync(server) is > 0 and < 45, "a slow heart");

        await server.KillAsync();
        await server.StartAgainAsync();
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var running = await server.Client.GetFromJsonAsync<JsonElement>("/api/demo/scenarios");
        Assert.Equal("bradycardia", Assert.Single(running.EnumerateArray()).GetProperty("scenario").GetString());
        using var ended = await server.Client.DeleteAsync($"/api/demo/scenarios?patientId={First}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await Eventually.HoldsAsync(async () => await HeartRateAsync(server) > 60, "a recovered heart");
    }

    [Fact]
    public async Task Without_a_demo_there_are_no_demo_patients_and_no_scenarios()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Demo:Enabled"] = "false" });
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var patients = await server.Client.GetFromJsonAsync<JsonElement>("/api/patients");
        Assert.Equal(0, patients.GetProperty("total").GetInt32());
        using var scenarios = await server.Client.GetAsync("/api/demo/scenarios");
        Assert.Equal(HttpStatusCode.NotFound, scenarios.StatusCode);
    }

    private static async Task<bool> IsCompleteAsync(AppServer server)
    {
        using var answer = await server.Client.GetAsync($"/api/patients/{First}/news2");
        return answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("complete").GetBoolean();
    }

    private static async Task<double> HeartRateAsync(AppServer server)
    {
        var latest = await server.Client.GetFromJsonAsync<JsonElement>($"/api/patients/{First}/vitals/latest");
        return latest.EnumerateArray().Where(sign => sign.GetProperty("sign").GetString() == "heartRate").Select(sign => sign.GetProperty("value").GetDouble()).FirstOrDefault();
    }
}
