using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.Telemetry;

/// <summary>The real program with its alerts in Redis and one patient, whose metrics a test reads.</summary>
internal sealed class MeteredApp(AppServer server, string patient) : IAsyncDisposable
{
    public AppServer Server { get; } = server;

    /// <summary>The patient's id.</summary>
    public string Patient { get; } = patient;

    public static async Task<MeteredApp> StartAsync(RedisServer redis, IReadOnlyDictionary<string, string>? more = null)
    {
        var server = await AppServer.StartAsync(new Dictionary<string, string>(more ?? new Dictionary<string, string>())
        {
            ["Stores:Alerts"] = "Redis",
            ["ConnectionStrings:Redis"] = redis.Address,
            ["Simulation:Enabled"] = "false",
        });
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var answer = await server.Client.PostAsJsonAsync(
            "/api/patients",
            new { mrn = "M-1", region = "north", ward = "A1", givenName = "Mette", familyName = "Red", birthDate = "1960-01-01", sex = "female" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new MeteredApp(server, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!);
    }

    /// <summary>Each series, as <c>name{labels}</c>, with its value.</summary>
    public async Task<Dictionary<string, double>> ScrapeAsync()
    {
        var text = await Server.Client.GetStringAsync("/metrics");
        return text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').ToDictionary(
            line => line[..(line.LastIndexOf('}') + 1)], line => double.Parse(line[(line.LastIndexOf('}') + 2)..].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    /// <summary>Waits until a series has a value.</summary>
    public Task ShowsAsync(string series, double value) =>
        Eventually.HoldsAsync(async () => (await ScrapeAsync()).GetValueOrDefault(series, double.NaN).Equals(value), $"{series} to be {value}");

    /// <summary>Sixty readings of the last minute that break a limit, one that is refused, and one field that is no reading.</summary>
    public async Task BreachAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var readings = Enumerable.Range(0, 60).Select(second => new { patientId = Patient, sign = "spo2", value = 84, time = now.AddSeconds(second - 60) });
        var answer = await Server.Client.PostAsJsonAsync("/api/vitals", new { readings = readings.Append(new { patientId = Patient, sign = "spo2", value = 184, time = now }) });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Server.Client.PostAsync("/write", new StringContent($"vitals,patient={Patient} battery=84"));
    }

    /// <summary>The alert of <see cref="BreachAsync"/>, once it is recorded.</summary>
    public async Task<JsonElement> AlertAsync()
    {
        JsonElement found = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                var items = (await Server.Client.GetFromJsonAsync<JsonElement>($"/api/alerts?state=open&patientId={Patient}")).GetProperty("items");
                found = items.EnumerateArray().FirstOrDefault(alert => alert.GetProperty("sign").GetString() == "spo2" && alert.GetProperty("sequence").GetInt64() > 0);
                return found.ValueKind == JsonValueKind.Object;
            },
            "a recorded alert");
        return found;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
