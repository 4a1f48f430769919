using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Faults.Startup;

/// <summary>History that was acknowledged is on disk.</summary>
public sealed class ImportKillTests
{
    private const string Path = "/api/import/vitals";

    [Fact]
    public async Task What_was_acknowledged_is_in_the_chart_after_a_power_cut()
    {
        await using var app = await AppServer.StartAsync();
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        using var created = await app.Client.PostAsJsonAsync(
            "/api/patients", new { mrn = "I-1", region = "north", ward = "A1", givenName = "Ada", familyName = "Old", birthDate = "1960-01-01", sex = "female" });
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        var first = TimeProvider.System.GetUtcNow().AddDays(-60).ToUnixTimeSeconds() / 60 * 60;
        using var lines = new StringContent(
            string.Join('\n', Enumerable.Range(0, 3000).Select(i => $"vitals,patient={id} spo2=50 {first + i}")), Encoding.UTF8, "text/plain");

        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsync(Path + "?precision=s", lines)).StatusCode);
        await app.KillAsync();
        await app.StartAgainAsync();

        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var span = $"from={DateTimeOffset.FromUnixTimeSeconds(first):yyyy-MM-ddTHH:mm:ssZ}&to={DateTimeOffset.FromUnixTimeSeconds(first + 3000):yyyy-MM-ddTHH:mm:ssZ}";
        var chart = await app.Client.GetFromJsonAsync<JsonElement>($"/api/patients/{id}/vitals?sign=spo2&{span}");
        Assert.Equal(3000, chart.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("count").GetInt32()));
        var alerts = await app.Client.GetFromJsonAsync<JsonElement>($"/api/alerts?state=all&patientId={id}");
        Assert.DoesNotContain(alerts.GetProperty("items").EnumerateArray(), alert => alert.GetProperty("kind").GetString() != "technical");
    }
}
