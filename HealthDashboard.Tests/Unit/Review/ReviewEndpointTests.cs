using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using HealthDashboard.Accounts;
using HealthDashboard.Alerts;
using HealthDashboard.Data.Model;
using HealthDashboard.Review;
using HealthDashboard.Tests.Unit.Monitoring;

namespace HealthDashboard.Tests.Unit.Review;

public sealed class ReviewEndpointTests : AlertHttpTests
{
    [Fact]
    public async Task A_review_is_the_alerts_and_its_historys_and_changes_nothing_else()
    {
        var alert = await host.RaiseAsync();
        Assert.False((await ReadAsync("/api/alerts"))["items"]![0]!.AsObject().ContainsKey("review"));
        var answer = await PostAsync(alert.Id, """{"verdict":"artefact","comment":" probe off "}""");
        Assert.Equal(("artefact", "probe off", "test write"), ((string?)answer["review"]!["verdict"], (string?)answer["review"]!["comment"], (string?)answer["review"]!["by"]));
        Assert.Equal(world.Time.GetUtcNow(), (DateTimeOffset)answer["review"]!["at"]!);
        var (before, after) = (alert, (await world.Alerts.FindAsync(alert.Id))!);
        Assert.Equal(before with { Review = after.Review, Version = after.Version, Sequence = after.Sequence }, after);

        await PostAsync(alert.Id, """{"verdict":"artefact","comment":"probe off"}""");
        await host.Engine.ReviewAsync(alert.Id, "doc", AlertVerdict.TrueAlarm, null, CancellationToken.None);
        await PostAsync(alert.Id, """{"verdict":"false"}""");
        var history = await world.Alerts.HistoryAsync(alert.Id);
        Assert.Equal([AlertChangeKind.Raised, AlertChangeKind.Reviewed, AlertChangeKind.Reviewed, AlertChangeKind.Reviewed], history.Select(change => change.Kind));
        Assert.Equal([("test write", AlertVerdict.FalseAlarm), ("doc", AlertVerdict.TrueAlarm)], ReviewDesk.Of(history).Select(review => (review.By, review.Verdict)).OrderByDescending(said => said.By));
        Assert.Equal("reviewed", (string?)(await ReadAsync($"/api/alerts/{alert.Id}/history"))["items"]!.AsArray()[^1]!["change"]);
    }

    [Fact]
    public async Task An_alert_that_is_over_is_reviewed_and_stays_over_and_no_longer_counts_as_missed()
    {
        var raised = Contracts.Samples.Alert(world.Patient.Id) with { RaisedAt = world.Time.GetUtcNow().AddDays(-3), RecordedAt = world.Time.GetUtcNow().AddDays(-3) };
        var ended = raised with { Version = 2, Condition = AlertCondition.Ended, EndedAt = raised.RaisedAt.AddMinutes(4) };
        await world.Alerts.WriteAsync([new(AlertChangeKind.Raised, raised, AlertChange.SystemActor, raised.RaisedAt), new(AlertChangeKind.Ended, ended, AlertChange.SystemActor, ended.EndedAt.Value)], []);

        Assert.Equal("ended", (string?)(await PostAsync(raised.Id, """{"verdict":"true"}"""))["condition"]);
        Assert.Empty(host.Feed.Snapshot().Open);
        Assert.Empty((await world.Alerts.ReadOpenAsync()).Open);
        Assert.Single(await world.Alerts.ReadOpenAtAsync(raised.RaisedAt.AddMinutes(1)));
        Assert.Empty(await world.Alerts.ReadOpenAtAsync(raised.RaisedAt.AddMinutes(5)));

        var screen = new AlertView();
        screen.Apply(ended);
        Assert.Single(screen.Missed);
        screen.Apply((await world.Alerts.FindAsync(raised.Id))!);
        Assert.Empty(screen.Missed);
    }

    [Theory]
    [InlineData("""{"verdict":"maybe"}""", "verdict", "maybe", "true, false, artefact")]
    [InlineData("""{"verdict":true}""", "verdict", "true", "true, false, artefact")]
    [InlineData("{}", "verdict", "missing", "true, false, artefact")]
    [InlineData("""{"verdict":"true","comment":5}""", "comment", "5", "text")]
    [InlineData("""{"verdict":"true","remark":"x"}""", "remark", "", "")]
    public async Task What_is_wrong_is_named_with_its_value_and_what_is_allowed(string body, string field, string value, string allowed)
    {
        var alert = await host.RaiseAsync();
        var answer = await client.PostAsync($"/api/alerts/{alert.Id}/review", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var error = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["errors"]![field]!.ToJsonString();
        Assert.Contains(value, error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
        Assert.Single(await world.LogAsync());
    }

    [Fact]
    public async Task A_comment_may_have_500_characters_and_not_501()
    {
        var alert = await host.RaiseAsync();
        var address = $"/api/alerts/{alert.Id}/review";
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsJsonAsync(address, new { verdict = "true", comment = new string('x', 501) })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync(address, new { verdict = "true", comment = new string('x', 500) })).StatusCode);
    }

    [Fact]
    public async Task It_is_refused_to_who_may_not_and_unknown_where_there_is_none()
    {
        var alert = await host.RaiseAsync();
        using var reader = host.Client(AlertHost.ReadKey);
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.PostAsJsonAsync($"/api/alerts/{alert.Id}/review", new { verdict = "true" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsJsonAsync($"/api/alerts/{ObjectId.New(world.Time)}/review", new { verdict = "true" })).StatusCode);

        var elsewhere = new ClaimsPrincipal(new ClaimsIdentity(
            [new(ClaimTypes.Name, "other"), new(ClaimTypes.Role, Roles.Nurse), new(AccountWards.Claim, AccountWards.Of([("Elsewhere", "Nowhere")]).ToString())], "cookie"));
        Assert.Equal((null, true), await host.Service<ReviewDesk>().ReviewAsync(alert.Id, elsewhere, AlertVerdict.TrueAlarm, null, CancellationToken.None));
        Assert.Single(await world.LogAsync());
    }

    [Fact]
    public async Task While_the_store_is_unavailable_it_is_refused_with_a_time_to_come_back()
    {
        var alert = await host.RaiseAsync();
        host.Store.IsUnavailable = true;
        var answer = await client.PostAsJsonAsync($"/api/alerts/{alert.Id}/review", new { verdict = "true" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private async Task<JsonObject> PostAsync(ObjectId id, string body)
    {
        var answer = await client.PostAsync($"/api/alerts/{id}/review", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task<JsonObject> ReadAsync(string address)
    {
        using var reader = host.Client(AlertHost.ReadKey);
        return (await reader.GetFromJsonAsync<JsonObject>(address))!;
    }
}
