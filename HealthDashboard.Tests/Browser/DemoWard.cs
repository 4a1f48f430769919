using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Browser;

/// <summary>A patient to do things to, over the public API of a running app, and people who watch.</summary>
public sealed class DemoWard
{
    private readonly AppServer server;

    internal DemoWard(AppServer server) => this.server = server;

    /// <summary>The app with demo accounts and the key demo-key, and without the simulator.</summary>
    internal static Task<AppServer> StartAsync() =>
        AppServer.StartAsync(new Dictionary<string, string> { ["Simulation:Enabled"] = "false" });

    /// <summary>The app, to be shared by the tests of a class.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        private AppServer? server;

        /// <summary>The app. Where it cannot be had, the test that asks for it skips.</summary>
        internal AppServer Server
        {
            get
            {
                Assert.SkipWhen(server is null, "The real app is tested from its source.");
                return server!;
            }
        }

        public async ValueTask InitializeAsync()
        {
            if (Directory.Exists(AppServer.AppDirectory))
                server = await StartAsync();
        }

        public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <summary>Admits a patient and returns the id.</summary>
    public async Task<string> AdmitAsync(string familyName, string? room = null, string ward = "Test ward", string? bed = null)
    {
        using var answer = await SendAsync("api/patients", new
        {
            mrn = $"T-{familyName}",
            region = "Testland",
            ward,
            room,
            bed,
            givenName = "Tess",
            familyName,
            birthDate = "1950-01-01",
            sex = "female",
        });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Sends a systolic pressure, which alarms at once when it is below 90.</summary>
    public Task MeasureAsync(string patientId, double systolic) => MeasureAsync(patientId, ("systolic", systolic));

    /// <summary>Sends one set of values, each by the API name of its sign.</summary>
    public async Task MeasureAsync(string patientId, params IReadOnlyList<(string Sign, double Value)> values)
    {
        var time = TimeProvider.System.GetUtcNow();
        using var answer = await SendAsync("api/vitals", new { readings = values.Select(one => new { patientId, sign = one.Sign, value = one.Value, time }) });
    }

    /// <summary>Adds a nurse who signs in with an account, and returns the id.</summary>
    public async Task<string> AddNurseAsync(string name, string account)
    {
        using var answer = await SendAsync("api/clinicians", new { name, profession = "nurse", region = "Testland", account });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    /// <summary>Gives a patient to a nurse, from now on or until a time.</summary>
    public async Task AssignAsync(string patientId, string clinicianId, DateTimeOffset? to = null)
    {
        using var answer = await SendAsync($"api/patients/{patientId}/care-team", new { clinicianId, role = "assignedNurse", to });
    }

    /// <summary>Discharges a patient, which ends the alerts.</summary>
    public async Task DischargeAsync(string patientId)
    {
        using var answer = await SendAsync($"api/patients/{patientId}/discharge", new { reason = "end of the test" });
    }

    /// <summary>What the API answers with to a key that may read.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", "demo-key");
        using var answer = await server.Client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return text;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-Api-Key", "demo-key");
        var answer = await server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer;
    }
}
