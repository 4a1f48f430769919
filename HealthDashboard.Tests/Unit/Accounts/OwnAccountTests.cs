using System.Net;
using System.Net.Http.Json;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Accounts;

/// <summary>What people do with their own account, and how a station locks and is unlocked.</summary>
public sealed class OwnAccountTests
{
    private const string Next = "blue kettle seven";

    [Fact]
    public async Task A_person_changes_their_password_and_their_other_sessions_end()
    {
        await using var host = await FeatureHost.StartAsync();
        var (here, elsewhere) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("nurse"));
        var answer = await SendAsync(here, "own-password", ("Input.Current", "demo"), ("Input.Next", Next), ("Input.Again", Next));
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        host.Time.Advance(Sessions.Fresh);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(host.Client(), "nurse", "demo")).StatusCode);
        await host.SignedInAsync("nurse", Next);
        Assert.Contains(await host.ReadAuditAsync(null, 5), entry => (entry.Actor, entry.Action) == ("nurse", "account.password.own"));
        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/patients")).StatusCode);
    }

    [Theory]
    [InlineData("wrong", Next, Next, "not right")]
    [InlineData("demo", Next, "blue kettle eight", "not the same")]
    [InlineData("demo", "short", "short", "10 characters")]
    [InlineData("demo", "password12", "password12", "most common")]
    [InlineData("demo", "i am nurse 12", "i am nurse 12", "user name")]
    public async Task A_password_that_may_not_be_is_refused_with_the_reason(string current, string next, string again, string said)
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await SendAsync(await host.SignedInAsync("nurse"), "own-password", ("Input.Current", current), ("Input.Next", next), ("Input.Again", again));
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await host.SignedInAsync("nurse");
    }

    [Fact]
    public async Task Nobody_guesses_the_password_at_a_station_that_was_left()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        for (var i = 0; i < 5; i++)
            await SendAsync(nurse, "own-password", ("Input.Current", "wrong"), ("Input.Next", Next), ("Input.Again", Next));
        var answer = await SendAsync(nurse, "own-password", ("Input.Current", "demo"), ("Input.Next", Next), ("Input.Again", Next));
        Assert.Contains("not right", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_station_shows_nothing_of_a_patient_and_its_password_unlocks_the_same_session()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.NoContent, (await nurse.PostAsync("/api/session/lock", null)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.StartsWith("/signin?returnUrl=", (await nurse.GetAsync("/denied")).Headers.Location!.PathAndQuery, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/signin")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await UnlockAsync(nurse, "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(nurse, "demo")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);
        Assert.Equal(["session.unlock", "session.unlock.refused", "session.lock"], (await host.ReadAuditAsync(null, 10)).Select(entry => entry.Action).Where(action => action.StartsWith("session.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_PIN_unlocks_and_does_not_sign_in_and_after_five_wrong_ones_only_the_password_does()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.Found, (await SendAsync(nurse, "pin", ("Input.Current", "demo"), ("Input.Pin", "4711"))).StatusCode);
        Assert.DoesNotContain("4711", (await host.Accounts.FindByNameAsync("nurse"))!.Credentials, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await FeatureHost.SignInAsync(host.Client(), "nurse", "4711")).StatusCode);

        await nurse.PostAsync("/api/session/lock", null);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(nurse, "4711")).StatusCode);
        await nurse.PostAsync("/api/session/lock", null);
        for (var i = 0; i < OwnAccount.WrongPins; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await UnlockAsync(nurse, "4712")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await UnlockAsync(nurse, "4711")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(nurse, "demo")).StatusCode);
        await nurse.PostAsync("/api/session/lock", null);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(nurse, "4711")).StatusCode);
    }

    [Theory]
    [InlineData("123")]
    [InlineData("123456789")]
    [InlineData("1234")]
    [InlineData("9876")]
    [InlineData("1111")]
    [InlineData("1212")]
    [InlineData("47a1")]
    public async Task A_PIN_that_is_guessed_first_is_refused(string pin)
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(await host.SignedInAsync("nurse"), "pin", ("Input.Current", "demo"), ("Input.Pin", pin))).StatusCode);
        Assert.Equal("", (await host.Accounts.FindByNameAsync("nurse"))!.Credentials);
    }

    [Fact]
    public async Task A_page_whose_session_has_ended_signs_in_again_without_leaving_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        host.Time.Advance(TimeSpan.FromHours(13));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/session")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await UnlockAsync(nurse, "wrong")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await UnlockAsync(nurse, "demo")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/session")).StatusCode);
    }

    [Fact]
    public async Task An_account_that_an_administrator_locked_is_not_unlocked_at_its_station()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        await nurse.PostAsync("/api/session/lock", null);
        await host.Accounts.ReplaceAsync((await host.Accounts.FindByNameAsync("nurse"))!.Locked());
        Assert.Equal(HttpStatusCode.Unauthorized, (await UnlockAsync(nurse, "demo")).StatusCode);
        host.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await UnlockAsync(nurse, "demo")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    private static Task<HttpResponseMessage> UnlockAsync(HttpClient client, string secret) =>
        client.PostAsJsonAsync("/api/session/unlock", new { userName = "nurse", secret });

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string form, params (string Key, string Value)[] fields)
    {
        var all = fields.ToDictionary(field => field.Key, field => field.Value);
        all["_handler"] = form;
        all["__RequestVerificationToken"] = FeatureHost.Token().Match(await client.GetStringAsync("/account")).Groups["token"].Value;
        return await client.PostAsync("/account", new FormUrlEncodedContent(all));
    }
}
