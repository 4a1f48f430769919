using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Monitoring;

public sealed class AlertEndpointTests : AlertHttpTests
{
    [Fact]
    public async Task Acknowledging_says_who_and_what_was_noted_and_stays_in_the_history()
    {
        var alert = await host.RaiseAsync();
        var answer = await PostAsync($"/api/alerts/{alert.Id}/acknowledge", """{"note":"cooled"}""");
        Assert.Equal(("acknowledged", "test write", "cooled"), ((string?)answer["response"], (string?)answer["acknowledgedBy"], (string?)answer["note"]));
        using var reader = host.Client(AlertHost.ReadKey);
        var history = (await reader.GetFromJsonAsync<JsonObject>($"/api/alerts/{alert.Id}/history"))!["items"]!.AsArray();
        Assert.Equal(["raised", "acknowledged"], history.Select(change => (string)change!["change"]!));
    }

    [Fact]
    public async Task Silencing_lasts_two_minutes_or_what_is_asked_for()
    {
        var alert = await host.RaiseAsync();
        var now = world.Time.GetUtcNow();
        Assert.Equal(now.AddSeconds(120), (DateTimeOffset)(await PostAsync($"/api/alerts/{alert.Id}/silence", null))["silencedUntil"]!);
        Assert.Equal(now.AddSeconds(300), (DateTimeOffset)(await PostAsync($"/api/alerts/{alert.Id}/silence", """{"seconds":300}"""))["silencedUntil"]!);
    }

    [Fact]
    public async Task Escalating_goes_one_step()
    {
        var alert = await host.RaiseAsync();
        var answer = await PostAsync($"/api/alerts/{alert.Id}/escalate", null);
        Assert.Equal((1, "Nina"), ((int)answer["escalation"]!, (string?)answer["escalatedTo"]));
    }

    [Theory]
    [InlineData("silence", """{"seconds":301}""", "seconds")]
    [InlineData("silence", """{"seconds":0}""", "seconds")]
    [InlineData("silence", """{"seconds":"long"}""", "seconds")]
    [InlineData("acknowledge", """{"note":5}""", "note")]
    [InlineData("acknowledge", """{"notes":"x"}""", "notes")]
    [InlineData("escalate", """{"to":"x"}""", "to")]
    [InlineData("acknowledge", "[]", "$")]
    public async Task A_wrong_body_is_refused_by_field_and_changes_nothing(string act, string body, string field)
    {
        var alert = await host.RaiseAsync();
        var answer = await client.PostAsync($"/api/alerts/{alert.Id}/{act}", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(field, (await answer.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(error => error.Key));
        Assert.Single(await world.LogAsync());
    }

    [Fact]
    public async Task A_note_may_have_500_characters_and_not_501()
    {
        var alert = await host.RaiseAsync();
        var address = $"/api/alerts/{alert.Id}/acknowledge";
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync(address, new { note = new string('x', 501) })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync(address, new { note = new string('x', 500) })).StatusCode);
    }

    [Theory]
    [InlineData("/api/alerts?state=closed", "state")]
    [InlineData("/api/alerts?since=-1", "since")]
    [InlineData("/api/alerts?limit=0", "limit")]
    [InlineData("/api/alerts?patientId=xyz", "patientId")]
    [InlineData("/api/alerts?patient=xyz", "patient")]
    public async Task A_wrong_query_is_refused_by_name(string address, string name)
    {
        var answer = await ReadAsync(address, HttpStatusCode.BadRequest);
        Assert.Contains(name, answer["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task Alerts_nobody_has_are_not_found()
    {
        var id = ObjectId.New(world.Time);
        foreach (var act in new[] { "acknowledge", "silence", "escalate" })
            Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync($"/api/alerts/{id}/{act}", null)).StatusCode);
        await ReadAsync($"/api/alerts/{id}/history", HttpStatusCode.NotFound);
        await ReadAsync($"/api/patients/{id}/news2", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task While_the_store_is_away_an_act_is_refused_with_a_time_to_come_back()
    {
        var alert = await host.RaiseAsync();
        host.Store.IsUnavailable = true;
        var answer = await client.PostAsync($"/api/alerts/{alert.Id}/acknowledge", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Single(await world.LogAsync());
    }

    [Fact]
    public async Task A_key_that_may_only_read_acknowledges_nothing()
    {
        var alert = await host.RaiseAsync();
        using var reader = host.Client(AlertHost.ReadKey);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsync($"/api/alerts/{alert.Id}/acknowledge", null)).StatusCode);
        using var nobody = host.Client(key: null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/alerts")).StatusCode);
    }

    [Fact]
    public async Task Asking_again_with_the_number_that_was_given_misses_nothing()
    {
        var alert = await host.RaiseAsync();
        for (var i = 0; i < 3; i++)
            await host.Engine.SilenceAsync(alert.Id, "nurse", TimeSpan.FromSeconds(10 + i), CancellationToken.None);
        await host.Engine.AcknowledgeAsync(alert.Id, "nurse", null, CancellationToken.None);
        var seen = new List<long>();
        for (long since = 0, next = -1; since != next;)
        {
            since = Math.Max(0, next);
            var page = await ReadAsync($"/api/alerts?state=all&since={since}&limit=2&patientId={world.Patient.Id}");
            next = (long)page["sequence"]!;
            seen.AddRange(page["items"]!.AsArray().Select(item => (long)item!["sequence"]!));
        }
        // Two changes of one alert on a page are reported as the second.
        Assert.Equal([2, 4, 5], seen);
    }

    [Fact]
    public async Task Open_alerts_are_listed_also_when_they_are_not_recorded_yet()
    {
        host.Store.IsUnavailable = true;
        var alert = await host.RaiseAsync();
        var page = await ReadAsync("/api/alerts?state=open");
        var item = Assert.Single(page["items"]!.AsArray());
        Assert.Equal(($"{alert.Id}", 0), ((string?)item!["id"], (long)item["sequence"]!));
    }

    private async Task<JsonObject> PostAsync(string address, string? body)
    {
        var answer = await client.PostAsync(address, body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task<JsonObject> ReadAsync(string address, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var reader = host.Client(AlertHost.ReadKey);
        var answer = await reader.GetAsync(address);
        Assert.Equal(expected, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }
}
