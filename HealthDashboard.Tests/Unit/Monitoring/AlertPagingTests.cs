using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Monitoring;

/// <summary>A list of alerts that is longer than its limit says so, and page after page has them all.</summary>
public sealed class AlertPagingTests : IAsyncLifetime
{
    private const int Open = 230;
    private const int Ended = 40;
    private AlertWorld world = null!;
    private AlertHost host = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        world = await AlertWorld.MakeAsync();
        var alerts = Enumerable.Range(0, Open + Ended).Select(_ => Samples.Alert()).ToList();
        await world.Alerts.WriteAsync([.. alerts.Select(Samples.Raised)], []);
        await world.Alerts.WriteAsync([.. alerts.Take(Ended).Select(alert => Samples.Change(AlertChangeKind.Ended, alert.Ended()))], []);
        host = await AlertHost.StartAsync(world);
        client = host.Client(AlertHost.ReadKey);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await host.DisposeAsync();
        await world.DisposeAsync();
    }

    [Theory]
    [InlineData("open", "", Open)]
    [InlineData("open", "&limit=7", Open)]
    [InlineData("open", "&limit=230", Open)]
    [InlineData("open", "&limit=1000", Open)]
    [InlineData("all", "", Open + Ended)]
    [InlineData("all", "&limit=90", Open + Ended)]
    [InlineData("all", "&limit=270", Open + Ended)]
    public async Task Page_after_page_has_every_alert_once(string state, string limit, int expected)
    {
        List<string> seen = [];
        long? before = null;
        do
        {
            var page = await ReadAsync($"/api/alerts?state={state}{limit}{(before is null ? "" : $"&before={before}")}");
            seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["id"]!));
            before = (long?)page["next"];
            Assert.Equal((bool)page["more"]!, before is not null);
        }
        while (before is not null);
        Assert.Equal(expected, seen.Count);
        Assert.Distinct(seen);
    }

    [Fact]
    public async Task One_patient_s_alerts_come_in_pages_of_their_own()
    {
        await WriteAsync(["spo2", "heartRate", "temperature"]);
        var first = await ReadAsync($"/api/alerts?state=all&patientId={world.Patient.Id}&limit=2");
        Assert.True((bool)first["more"]!);
        var second = await ReadAsync($"/api/alerts?state=all&patientId={world.Patient.Id}&limit=2&before={first["next"]}");
        Assert.Equal((1, false, null), (second["items"]!.AsArray().Count, (bool)second["more"]!, (long?)second["next"]));
    }

    [Fact]
    public async Task What_changed_since_a_number_says_whether_there_is_more()
    {
        var first = await ReadAsync("/api/alerts?state=all&since=0&limit=300");
        Assert.Equal((true, null), ((bool)first["more"]!, (long?)first["next"]));
        var last = await ReadAsync($"/api/alerts?state=all&since={first["sequence"]}&limit=10");
        Assert.Equal((10, false), (last["items"]!.AsArray().Count, (bool)last["more"]!));
    }

    [Fact]
    public async Task Alerts_that_are_not_recorded_yet_are_all_on_the_first_page_and_on_no_other()
    {
        host.Store.IsUnavailable = true;
        await host.RaiseAsync();
        await Eventually.HoldsAsync(() => host.Feed.Snapshot().Open.Any(alert => alert.Sequence == 0), "the alert that is not recorded");
        var first = await ReadAsync("/api/alerts?state=open&limit=1");
        Assert.Equal([0, 1], first["items"]!.AsArray().Select(item => Math.Min(1, (long)item!["sequence"]!)));
        Assert.True((bool)first["more"]!);
        var second = await ReadAsync($"/api/alerts?state=open&limit=1&before={first["next"]}");
        Assert.NotEqual(0, (long)Assert.Single(second["items"]!.AsArray())!["sequence"]!);
    }

    [Theory]
    [InlineData("before=-1", "before")]
    [InlineData("before=x", "before")]
    [InlineData("before=5&since=5", "before")]
    public async Task A_wrong_place_to_go_on_from_is_refused_by_name(string query, string field)
    {
        var answer = await client.GetAsync($"/api/alerts?{query}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(field, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(error => error.Key));
    }

    private Task WriteAsync(string[] signs) =>
        world.Alerts.WriteAsync([.. signs.Select(sign => Samples.Raised(Samples.Alert(world.Patient.Id, sign)))], []);

    private async Task<JsonObject> ReadAsync(string address)
    {
        var answer = await client.GetAsync(address);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
