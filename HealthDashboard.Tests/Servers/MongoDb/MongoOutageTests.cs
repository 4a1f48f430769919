using System.Net;
using System.Net.Http.Json;
using HealthDashboard.Tests.Support;
using static HealthDashboard.Tests.Servers.MongoDb.MongoRefusalTests;

namespace HealthDashboard.Tests.Servers.MongoDb;

/// <summary>The whole app while a real server freezes, is killed, and comes back empty.</summary>
[Collection(typeof(ServersOfTheirOwn))]
public sealed class MongoOutageTests : IAsyncLifetime
{
    private const string Name = "mongodb";
    private const string Unavailable = "MongoDB patients is unavailable. Try again.";

    // An answer within 2 s is what is promised; a slow machine may need a few times as long and still have waited for nothing else.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(8);

    private RealServers servers = null!;
    private AppServer app = null!;

    public async ValueTask InitializeAsync()
    {
        servers = await RealServers.UpAsync(Name);
        app = await StartAsync(servers["TEST_MONGODB"], answerWithin: "2");
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        await servers.DisposeAsync();
    }

    [Fact]
    public async Task A_frozen_server_is_answered_for_in_time_and_a_killed_one_at_once()
    {
        var known = await FeatureHost.AddPatientAsync(app.Client, "M-1");
        await servers.FreezeAsync(Name);
        await AssertAwayAsync(() => app.Client.GetAsync($"/api/patients/{known.Id}"), NotRecorded);
        await AssertAwayAsync(() => app.Client.PostAsJsonAsync("/api/patients", FeatureHost.NewPatient("M-2")), Unavailable);
        await AssertAwayAsync(() => app.Client.GetAsync("/api/patients"), NotRecorded);
        Assert.Equal("down", await StateAsync(app));
        await servers.ThawAsync(Name);
        await BackAsync(known.Id);

        await servers.KillAsync(Name);
        // Who looked a moment ago is in the audit already.
        await AssertAwayAsync(() => app.Client.GetAsync($"/api/patients/{known.Id}"), Unavailable);
        Assert.Equal("down", await StateAsync(app));
        await servers.StartAsync(Name);
        await BackAsync(known.Id);
        Assert.DoesNotContain("unhandled", app.Output, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task AssertAwayAsync(Func<Task<HttpResponseMessage>> ask, string detail) => await AssertUnavailableAsync(await ask().WaitAsync(Bound), detail);

    private async Task BackAsync(Data.Model.ObjectId id)
    {
        await Eventually.HoldsAsync(async () => await StateAsync(app) == "up", "the records");
        await Eventually.HoldsAsync(async () => (await app.Client.GetAsync($"/api/patients/{id}")).StatusCode == HttpStatusCode.OK, "the record");
    }
}
