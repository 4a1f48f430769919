using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using HealthDashboard.Accounts;
using HealthDashboard.Data.MongoDb;
using HealthDashboard.Tests.Support;
using Microsoft.Data.Sqlite;
using MongoDB.Bson;
using MongoDB.Driver;
using ObjectId = HealthDashboard.Data.Model.ObjectId;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>One damaged record in the whole app: the others are as before, it is named, and its patient is still watched.</summary>
public sealed class DamagedRecordAppTests
{
    [Fact]
    public async Task On_SQLite()
    {
        await using var app = await AppServer.StartAsync();
        await TellAsync(app, "patient", id => Task.FromResult(RunSql(app, "UPDATE patient SET medications = 'robot' WHERE id = unhex(@id)", id)));
    }

    [Fact]
    public async Task On_MongoDB()
    {
        var database = $"test_{Guid.NewGuid():N}";
        var address = new UriBuilder(Needs.MongoDb()) { Path = database }.Uri.OriginalString;
        using var shell = new MongoClient(address);
        await using var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Stores:Patients"] = "MongoDb",
            ["ConnectionStrings:MongoDb"] = address,
        });
        await TellAsync(app, "patients", async id => (await shell.GetDatabase(database).GetCollection<BsonDocument>("patients").UpdateOneAsync(
            new BsonDocument("_id", id.ToValue()), new BsonDocument("$set", new BsonDocument("medications", "robot")))).MatchedCount == 1);
        await app.KillAsync();
        await shell.DropDatabaseAsync(database);
    }

    private static async Task TellAsync(AppServer app, string place, Func<ObjectId, Task<bool>> damage)
    {
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var damaged = await FeatureHost.AddPatientAsync(app.Client, "M-1");
        await FeatureHost.AddPatientAsync(app.Client, "M-2");
        // Not while it runs: it follows changes, and would name the damage in this life too.
        await app.KillAsync();
        Assert.True(await damage(damaged.Id));
        // Without its copy of the records the program waits for a server that answers late.
        File.Delete(Path.Combine(app.DataDirectory, "patients-copy.json"));
        await app.StartAgainAsync();
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");

        var list = await app.Client.GetFromJsonAsync<JsonElement>("/api/patients");
        Assert.Equal(["M-2"], list.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("mrn").GetString()));
        foreach (var answer in new[]
        {
            await app.Client.GetAsync($"/api/patients/{damaged.Id}"),
            await app.Client.PostAsJsonAsync($"/api/patients/{damaged.Id}/move", new { ward = "ICU", bed = "2" }),
        })
        {
            Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
            Assert.Contains("The record is damaged: cannot be read: medications.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        var reading = new { patientId = damaged.Id, sign = "systolic", value = 70, time = TimeProvider.System.GetUtcNow() };
        Assert.Equal(HttpStatusCode.OK, (await app.Client.PostAsJsonAsync("/api/vitals", new { readings = new[] { reading } })).StatusCode);
        await Eventually.HoldsAsync(
            async () => (await app.Client.GetFromJsonAsync<JsonElement>("/api/alerts")).GetProperty("items").GetArrayLength() > 0, "the alert");

        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        Assert.Equal(HttpStatusCode.Found, (await FeatureHost.SignInAsync(browser, "nurse", DemoAccounts.Password)).StatusCode);
        var page = await browser.GetStringAsync($"/patients/{damaged.Id}?tab=record");
        Assert.Contains("This record is damaged.", page, StringComparison.Ordinal);
        Assert.Contains("Quist", page, StringComparison.Ordinal);
        Assert.Contains("(cannot be read)", page, StringComparison.Ordinal);
        Assert.Contains("1 record is damaged, and", await browser.GetStringAsync("/patients"), StringComparison.Ordinal);

        using var admin = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = app.Address };
        await FeatureHost.SignInAsync(admin, "admin", DemoAccounts.Password);
        var named = $"1 record is damaged: {place} {damaged.Id} (medications).";
        await Eventually.HoldsAsync(async () => (await admin.GetStringAsync("/system")).Contains(named, StringComparison.Ordinal), "the System page");
        var ready = await app.Client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("degraded", (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stores").GetProperty("patients").GetString());

        Assert.Single(app.Output.Split("is damaged and left out of lists").Skip(1));
        Assert.DoesNotContain("robot", app.Output, StringComparison.Ordinal);
    }

    private static bool RunSql(AppServer app, string sql, ObjectId id)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(app.DataDirectory, "patients.db")};Pooling=False");
        return connection.Execute(sql, new { id = id.ToString() }) == 1;
    }
}
