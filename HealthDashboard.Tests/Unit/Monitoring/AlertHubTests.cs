using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;
using HealthDashboard.Monitoring;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class AlertHubTests : IAsyncLifetime
{
    private const string Path = "/hubs/alerts";
    private AlertWorld world = null!;
    private AlertHost host = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        host = await AlertHost.StartAsync(world);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task A_client_is_sent_each_change_in_the_shape_of_the_contract()
    {
        await using var client = await ConnectAsync();
        var alert = await host.RaiseAsync();
        var sent = await client.NextAsync("alert");
        Assert.Equal($"{alert.Id}", (string?)sent["id"]);
        Assert.Equal(
            ("raised", "system", "temperature", "high", "medium", "active", "unacknowledged", 1L),
            ((string?)sent["change"], (string?)sent["actor"], (string?)sent["sign"], (string?)sent["direction"], (string?)sent["priority"],
                (string?)sent["condition"], (string?)sent["response"], (long)sent["sequence"]!));

        await host.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        sent = await client.NextAsync("alert");
        Assert.Equal(("acknowledged", "nurse"), ((string?)sent["change"], (string?)sent["acknowledgedBy"]));
    }

    [Fact]
    public async Task A_client_that_was_away_catches_up_with_what_it_missed()
    {
        var alert = await host.RaiseAsync();
        await host.Engine.SilenceAsync(alert.Id, "nurse", null, CancellationToken.None);
        await Eventually.HoldsAsync(() => host.Feed.Sequence == 2, "the silence");
        await using var client = await ConnectAsync();
        var answer = await client.InvokeAsync("Resync", 1);
        Assert.Equal(2, (long)answer["sequence"]!);
        Assert.Equal($"{alert.Id}", (string?)Assert.Single(answer["snapshot"]!.AsArray())!["id"]);
        Assert.Equal("silenced", (string?)Assert.Single(answer["changes"]!.AsArray())!["change"]);
    }

    [Fact]
    public async Task A_client_that_claims_to_know_the_future_gets_the_snapshot_alone()
    {
        await host.RaiseAsync();
        await using var client = await ConnectAsync();
        var answer = await client.InvokeAsync("Resync", 1_000_000);
        Assert.Single(answer["snapshot"]!.AsArray());
        Assert.Null(answer["changes"]);
    }

    [Fact]
    public async Task A_heartbeat_carries_the_last_number_sent()
    {
        await using var client = await ConnectAsync();
        await host.RaiseAsync();
        await client.NextAsync("alert");
        JsonObject beat;
        do
        {
            world.Time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.HoldsAsync(() => host.Feed.Healthy, "the feed confirmed");
            beat = await client.NextAsync("heartbeat");
        }
        while ((long)beat["sequence"]! == 0);
        Assert.Equal(1, (long)beat["sequence"]!);
        Assert.NotNull(beat["time"]);
    }

    [Fact]
    public async Task No_heartbeat_comes_when_alarms_are_not_evaluated()
    {
        await using var client = await ConnectAsync();
        var alert = await host.RaiseAsync();
        var monitor = host.Monitors.Find(alert.PatientId)!;
        await monitor.Gate.WaitAsync();
        monitor.Due = world.Time.GetUtcNow();
        for (var version = 2; version < 8; version++)
        {
            world.Time.Advance(TimeSpan.FromSeconds(3));
            await world.Alerts.WriteAsync([new(AlertChangeKind.Updated, alert with { Version = version }, "system", world.Time.GetUtcNow())], []);
            await client.NextAsync("alert");
        }

        // The alerts came, so the connection lived on for long after the evaluation had last run.
        Assert.False(host.Feed.Healthy);
        var lost = host.Feed.LastConfirmed!.Value + AlertFeed.LostAfter;
        Assert.True(lost < world.Time.GetUtcNow() - TimeSpan.FromSeconds(6));
        Assert.All(client.TakeKept("heartbeat"), beat => Assert.True(DateTimeOffset.Parse((string)beat["time"]!, CultureInfo.InvariantCulture) < lost));
        monitor.Gate.Release();
    }

    [Fact]
    public async Task Nobody_comes_in_without_a_key()
    {
        using var client = host.Client(key: null);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await client.PostAsync(Path + "/negotiate?negotiateVersion=1", null)).StatusCode);
        await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(host.Address, Path, "wrong"));
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_viewer_any_more()
    {
        var client = await ConnectAsync();
        Assert.Equal(1, host.Feed.Viewers);
        await client.DisposeAsync();
        await Eventually.HoldsAsync(() => host.Feed.Viewers == 0, "the viewer gone");
    }

    private async Task<HubClient> ConnectAsync()
    {
        var client = await HubClient.ConnectAsync(host.Address, Path, AlertHost.ReadKey);
        await Eventually.HoldsAsync(() => host.Feed.Viewers > 0, "the subscription");
        return client;
    }
}
