using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>The real program with its alerts in Redis, which comes later than the program and goes away again.</summary>
public sealed class RedisAppTests
{
    [Fact]
    public async Task The_program_starts_without_Redis_and_has_alerts_once_it_is_there_and_again_after_it_was_away()
    {
        await using var redis = RedisServer.Prepare("--appendonly", "yes");
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Stores:Alerts"] = "Redis",
            ["ConnectionStrings:Redis"] = redis.Address,
            ["Simulation:Enabled"] = "false",
        });
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        Assert.Equal("down", await StateOfAlertsAsync(app));

        await redis.StartAgainAsync();
        await Eventually.HoldsAsync(async () => await StateOfAlertsAsync(app) == "up", "Redis to be found");
        var first = await AddPatientAsync(app, 1);
        await BreachAsync(app, first);
        await HasAlertAsync(app, first);

        await redis.KillAsync();
        Assert.Equal("down", await StateOfAlertsAsync(app));
        var second = await AddPatientAsync(app, 2);
        await BreachAsync(app, second);
        await redis.StartAgainAsync();
        await HasAlertAsync(app, first);
        await HasAlertAsync(app, second);
    }

    // Until alarms run the answer is 503, with the same body.
    private static async Task<string> StateOfAlertsAsync(AppServer app)
    {
        using var answer = await app.Client.GetAsync("/health/ready");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stores").GetProperty("alerts").GetString()!;
    }

    private static async Task<string> AddPatientAsync(AppServer app, int number)
    {
        var answer = await app.Client.PostAsJsonAsync(
            "/api/patients",
            new { mrn = $"R-{number}", region = "north", ward = "A1", givenName = "Red", familyName = $"Is{number}", birthDate = "1960-01-01", sex = "female" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    // A minute of the past, so that nothing has to be waited for.
    private static async Task BreachAsync(AppServer app, string patient)
    {
        var now = TimeProvider.System.GetUtcNow();
        var answer = await app.Client.PostAsJsonAsync(
            "/api/vitals",
            new { readings = Enumerable.Range(0, 60).Select(second => new { patientId = patient, sign = "spo2", value = 84, time = now.AddSeconds(second - 60) }) });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static Task HasAlertAsync(AppServer app, string patient) => Eventually.HoldsAsync(
        async () =>
        {
            var answer = await app.Client.GetAsync($"/api/alerts?state=all&patientId={patient}");
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                return false;
            var items = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items");
            return items.EnumerateArray().Count(alert => alert.GetProperty("sign").GetString() == "spo2" && alert.GetProperty("sequence").GetInt64() > 0) == 1;
        },
        "one recorded alert");
}
