using System.Net;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class SignInTests
{
    [Fact]
    public async Task A_signed_in_person_gets_a_cookie_that_scripts_cannot_read_and_the_page_that_was_asked_for()
    {
        await using var host = await FeatureHost.StartAsync();
        var client = host.Client();

        var refused = await client.GetAsync("/denied");
        Assert.Equal(HttpStatusCode.Found, refused.StatusCode);
        Assert.Equal("/signin?returnUrl=%2Fdenied", refused.Headers.Location!.PathAndQuery);

        var answer = await FeatureHost.SignInAsync(client, "NURSE", "demo", "/signin?returnUrl=%2Fdenied");
        Assert.Equal("/denied", Path(answer));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("HealthDashboard=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/denied")).StatusCode);
    }

    [Fact]
    public async Task A_page_that_stays_open_keeps_its_session_by_the_question_that_it_asks_now_and_then()
    {
        await using var host = await FeatureHost.StartAsync();
        var (open, closed) = (await host.SignedInAsync("nurse"), await host.SignedInAsync("nurse"));
        for (var hours = 0; hours < 26; hours++)
        {
            host.Time.Advance(TimeSpan.FromHours(1));
            Assert.Equal(HttpStatusCode.OK, (await open.GetAsync("/health/live")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.OK, (await open.GetAsync("/denied")).StatusCode);
        Assert.Equal(HttpStatusCode.Found, (await closed.GetAsync("/denied")).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("~//evil.example")]
    public async Task A_link_from_elsewhere_does_not_choose_where_signing_in_leads(string elsewhere)
    {
        await using var host = await FeatureHost.StartAsync();
        var answer = await FeatureHost.SignInAsync(host.Client(), "nurse", "demo", "/signin?returnUrl=" + Uri.EscapeDataString(elsewhere));
        Assert.Equal("/", Path(answer));
    }

    [Fact]
    public async Task Without_the_pages_token_neither_signing_in_nor_out_happens()
    {
        await using var host = await FeatureHost.StartAsync();
        var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "signin", ["Input.UserName"] = "nurse", ["Input.Password"] = "demo" });
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Client().PostAsync("/signin", form)).StatusCode);

        var nurse = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.BadRequest, (await nurse.PostAsync("/signout", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_is_in_the_audit()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var token = FeatureHost.Token().Match(await nurse.GetStringAsync("/denied")).Groups["token"].Value;
        var answer = await nurse.PostAsync("/signout", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = token }));
        Assert.Equal("/signin", Path(answer));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
        var last = (await host.ReadAuditAsync(null, 1))[0];
        Assert.Equal(("nurse", "account.signout"), (last.Actor, last.Action));
    }

    [Fact]
    public async Task A_session_lasts_a_shift_from_its_last_use()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        host.Time.Advance(TimeSpan.FromHours(11));
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);
        host.Time.Advance(TimeSpan.FromHours(11));
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);
        host.Time.Advance(TimeSpan.FromHours(12.1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    [Fact]
    public async Task A_new_security_stamp_ends_sessions_within_a_minute()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        var account = await host.Accounts.FindByNameAsync("nurse");
        await host.Accounts.ReplaceAsync(account!.SignedOut());
        host.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    private static string? Path(HttpResponseMessage answer) =>
        answer.Headers.Location is { IsAbsoluteUri: true } absolute ? absolute.PathAndQuery : answer.Headers.Location?.ToString();
}
