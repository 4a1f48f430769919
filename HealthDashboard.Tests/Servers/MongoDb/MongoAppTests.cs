using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>The whole app with its records on a server that speaks MongoDB's protocol.</summary>
public sealed class MongoAppTests
{
    [Fact]
    public async Task Without_MongoDB_the_app_starts_and_with_it_goes_on_by_itself()
    {
        var data = new MiniData();
        string address;
        await using (var gone = new ScriptedMongo(new MiniMongod(data)))
            address = gone.Address;
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Stores:Patients"] = "MongoDb",
            ["Stores:AnswerWithin"] = "10",
            ["ConnectionStrings:MongoDb"] = $"mongodb://{address}/?replicaSet=rs0&serverSelectionTimeoutMS=2000",
        });
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        Assert.Equal("down", await StateAsync(app));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await app.Client.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/api/alerts")).StatusCode);
        Assert.Contains("The app starts without it", app.Output, StringComparison.Ordinal);

        await using var server = new ScriptedMongo(new MiniMongod(data), port: int.Parse(address.Split(':')[1]));
        await Eventually.HoldsAsync(async () => await StateAsync(app) == "up", "the records");
        var added = await FeatureHost.AddPatientAsync(app.Client, "M-77");
        var found = await app.Client.GetFromJsonAsync<JsonElement>("/api/patients?search=m-77");
        Assert.Equal(added.Id.ToString(), found.GetProperty("items")[0].GetProperty("id").GetString());
        await Eventually.HoldsAsync(() => data["accounts"].Count > 0, "the demo's accounts");
        Assert.NotEmpty(data["auditLog"]);
    }

    [Fact]
    public async Task Started_without_MongoDB_the_app_takes_readings_of_the_patients_it_knew()
    {
        var data = new MiniData();
        await using var server = new ScriptedMongo(new MiniMongod(data));
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Stores:Patients"] = "MongoDb",
            ["Stores:AnswerWithin"] = "10",
            ["ConnectionStrings:MongoDb"] = $"mongodb://{server.Address}/?replicaSet=rs0&serverSelectionTimeoutMS=2000",
        });
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var patient = await FeatureHost.AddPatientAsync(app.Client, "M-78");
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(app.DataDirectory, "patients-copy.json"))
            && File.ReadAllText(Path.Combine(app.DataDirectory, "patients-copy.json")).Contains("M-78", StringComparison.Ordinal), "the copy");

        await app.KillAsync();
        await server.DisposeAsync();
        await app.StartAgainAsync();
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");

        var reading = new { patientId = patient.Id, sign = "systolic", value = 70, time = TimeProvider.System.GetUtcNow() };
        var answer = await app.Client.PostAsJsonAsync("/api/vitals", new { readings = new[] { reading } });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.HoldsAsync(
            async () => (await app.Client.GetFromJsonAsync<JsonElement>("/api/alerts")).GetProperty("items").GetArrayLength() > 0, "the alert");
    }

    private static async Task<string?> StateAsync(AppServer app) =>
        (await (await app.Client.GetAsync("/health/ready")).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stores").GetProperty("patients").GetString();
}
