using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>The real program, killed while a breach has not yet lasted for its hold-off.</summary>
public sealed class HoldOffTests
{
    private static readonly TimeSpan HoldOff = TimeSpan.FromSeconds(14);

    [Fact]
    public async Task A_hold_off_goes_on_over_a_kill_from_where_it_was()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Simulation:Enabled"] = "false" });
        var start = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).AddSeconds(-40);
        var patient = await PostAsync(
            server,
            "api/patients",
            new { mrn = "HOLD", region = "north", ward = "A1", givenName = "Hold", familyName = "Off", birthDate = "1960-01-01", sex = "female" });
        var id = patient.GetProperty("id").GetString()!;

        await BreatheAsync(server, id, start, 0, 6);
        await server.KillAsync();
        await server.StartAgainAsync();
        await BreatheAsync(server, id, start, 6, 20);

        var alert = default(JsonElement);
        await Eventually.HoldsAsync(
            async () =>
            {
                var alerts = (await GetAsync(server, $"api/alerts?state=open&patientId={id}")).GetProperty("items");
                alert = alerts.EnumerateArray().FirstOrDefault(item => item.GetProperty("sign").GetString() == "respiratoryRate");
                return alert.ValueKind == JsonValueKind.Object;
            },
            "the alert");
        Assert.Equal(start + HoldOff, alert.GetProperty("raisedAt").GetDateTimeOffset());
    }

    /// <summary>Sends a respiratory rate beyond its limit, a second at a time.</summary>
    private static Task BreatheAsync(AppServer server, string id, DateTimeOffset start, int from, int to) => PostAsync(server, "api/vitals", new
    {
        readings = Enumerable.Range(from, to - from).Select(i => new { patientId = id, sign = "respiratoryRate", value = 40, time = start.AddSeconds(i) }),
    });

    private static async Task<JsonElement> PostAsync(AppServer server, string path, object body) =>
        await SendAsync(server, new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) });

    private static Task<JsonElement> GetAsync(AppServer server, string path) => SendAsync(server, new HttpRequestMessage(HttpMethod.Get, path));

    private static async Task<JsonElement> SendAsync(AppServer server, HttpRequestMessage request)
    {
        request.Headers.Add("X-Api-Key", "demo-key");
        using var answer = await server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{request.RequestUri}: {answer.StatusCode}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
