using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using HealthDashboard.Tests.Servers.MongoDb.Scripted;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>
/// The whole app while MongoDB answers and refuses. On a scripted server: the one that runs everywhere asks nobody for a password.
/// </summary>
public sealed class MongoRefusalTests
{
    private const string SaidOnce = "This is said once";
    internal const string NotRecorded = "The audit is unavailable, so it cannot be recorded who looks. Nothing of a record is shown or changed until it is back.";

    [Fact]
    public async Task A_wrong_password_is_said_once_and_asked_for_rarely()
    {
        await using var server = new ScriptedMongo(new MiniMongod(new MiniData()) { User = new MiniUser("nina", "pencil") });
        await using var app = await StartAsync($"mongodb://nina:SECRET@{server.Address}/?replicaSet=rs0");
        var signIns = server.Commands("saslStart").Count();
        for (var call = 0; call < 5; call++)
            await AssertUnavailableAsync(await app.Client.GetAsync("/api/patients"), $"MongoDB patients: refuses the user name or password. {NotRecorded}");
        Assert.Equal(signIns, server.Commands("saslStart").Count());
        Assert.Equal("down", await StateAsync(app));
        Assert.Single(app.Output.Split(SaidOnce).Skip(1));
        Assert.DoesNotContain("SECRET", app.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_refuses_to_write_is_503_with_the_reason_and_so_is_a_look_that_it_cannot_record()
    {
        await using var server = new ScriptedMongo(new MiniMongod(new MiniData()));
        await using var app = await StartAsync($"mongodb://{server.Address}/?replicaSet=rs0");
        await Eventually.HoldsAsync(() => server.Node.Data["accounts"].Count >= 4, "the demo's accounts");
        foreach (var (code, name, reason) in new[]
        {
            (13, "Unauthorized", "MongoDB patients: refuses the account this right: it needs readWrite on the database."),
            (14031, "OutOfDiskSpace", "MongoDB patients: has no room on its disk."),
        })
        {
            server.Node.Refusal = Fault.Refusal(code, name);
            var before = app.Output.Split(SaidOnce).Length;
            for (var call = 0; call < 3; call++)
                await AssertUnavailableAsync(await app.Client.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("M-1")), reason);
            await AssertUnavailableAsync(await app.Client.GetAsync("/api/patients"), $"{reason} {NotRecorded}");
            Assert.Equal("down", await StateAsync(app));
            Assert.Equal(1, app.Output.Split(SaidOnce).Length - before);

            server.Node.Refusal = null;
            Assert.Equal("up", await StateAsync(app));
        }
        await FeatureHost.AddPatientAsync(app.Client, "M-1");
    }

    [Fact]
    public async Task A_set_without_a_primary_is_unavailable_and_comes_back_by_itself()
    {
        await using var set = new ScriptedSet(1);
        await using var app = await StartAsync(set.Uri + "&heartbeatFrequencyMS=200");
        set.Members[0].Node.Type = MemberType.Secondary;
        await AssertUnavailableAsync(
            await app.Client.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("M-1")), "MongoDB patients is unavailable. Try again.");
        Assert.Equal("down", await StateAsync(app));
        set.Elect(set.Members[0]);
        await Eventually.HoldsAsync(async () => await StateAsync(app) == "up", "the primary");
    }

    /// <summary>Starts the app. What it hears is asked here, and not how soon on a machine that has other work, unless the test says otherwise.</summary>
    internal static async Task<AppServer> StartAsync(string uri, string answerWithin = "10")
    {
        var app = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Stores:Patients"] = "MongoDb",
            ["Stores:AnswerWithin"] = answerWithin,
            ["ConnectionStrings:MongoDb"] = uri,
        });
        app.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        return app;
    }

    internal static async Task AssertUnavailableAsync(HttpResponseMessage answer, string detail)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(detail, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    internal static async Task<string?> StateAsync(AppServer app) =>
        (await (await app.Client.GetAsync("/health/ready")).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stores").GetProperty("patients").GetString();
}
