using System.Net;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Hosting;

/// <summary>Behind a proxy that ends TLS, beside one that pretends to be it, and without one.</summary>
public sealed class TrustedProxyTests
{
    private const string Nurse = "203.0.113.7";
    private static readonly (string, string) Trusted = ("Proxy:Trusted:0", "127.0.0.1/32");

    [Fact]
    public async Task Behind_a_trusted_proxy_the_cookie_is_bound_to_the_host_and_redirects_and_headers_are_those_of_https()
    {
        await using var host = await FeatureHost.StartAsync(settings: Trusted);
        var client = Forward(host.Client());

        var refused = await client.GetAsync("/denied");
        Assert.Equal("https://ward.example/signin?returnUrl=%2Fdenied", refused.Headers.Location!.AbsoluteUri);
        Assert.Equal("max-age=31536000", Assert.Single(refused.Headers.GetValues("Strict-Transport-Security")));

        var signedIn = await SignInAsync(client, "nurse");
        Assert.Equal(new Uri("https://ward.example/denied"), new Uri(new Uri("https://ward.example/"), signedIn.Headers.Location!));
        var cookie = SessionCookie(signedIn);
        Assert.StartsWith("__Host-HealthDashboard=", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/;", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain=", cookie, StringComparison.Ordinal);
        Assert.Equal($"{Nurse}", (await host.ReadAuditAsync(null, 1))[0].From);

        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/patients")).StatusCode);
    }

    [Fact]
    public async Task Over_https_a_cookie_without_the_prefix_lets_nobody_in()
    {
        await using var host = await FeatureHost.StartAsync(settings: Trusted);
        var cookie = SessionCookie(await SignInAsync(host.Client(), "nurse"));
        var client = Forward(host.Client());
        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/patients")).StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1/32")]
    [InlineData(null)]
    public async Task What_an_untrusted_peer_forges_counts_for_nothing(string? trusted)
    {
        await using var host = await FeatureHost.StartAsync(settings: trusted is null ? [] : [("Proxy:Trusted", trusted)]);
        var client = Forward(host.ClientFrom("127.0.0.2"));

        var refused = await client.GetAsync("/denied");
        Assert.Equal("http", refused.Headers.Location!.Scheme);
        Assert.Equal("127.0.0.1", refused.Headers.Location.Host);
        Assert.False(refused.Headers.Contains("Strict-Transport-Security"));
        Assert.StartsWith("HealthDashboard=", SessionCookie(await SignInAsync(client, "nurse")), StringComparison.Ordinal);
        Assert.Equal("127.0.0.2", (await host.ReadAuditAsync(null, 1))[0].From);
    }

    [Fact]
    public async Task Behind_two_trusted_proxies_the_client_is_the_first_that_is_not_trusted_whatever_it_has_written_before()
    {
        await using var host = await FeatureHost.StartAsync(settings: ("Proxy:Trusted", "127.0.0.1, 10.0.0.0/8"));
        var client = Forward(host.Client(), $"198.51.100.1, {Nurse}, 10.1.2.3");
        await SignInAsync(client, "nurse");
        Assert.Equal($"{Nurse}", (await host.ReadAuditAsync(null, 1))[0].From);
    }

    [Fact]
    public async Task On_plain_http_on_loopback_the_cookie_works()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        Assert.Equal(HttpStatusCode.OK, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    private static HttpClient Forward(HttpClient client, string clients = Nurse)
    {
        client.DefaultRequestHeaders.Add("X-Forwarded-For", clients);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "ward.example");
        return client;
    }

    // The client sees http, so its own jar would keep what is for https.
    private static async Task<HttpResponseMessage> SignInAsync(HttpClient client, string userName)
    {
        var page = await client.GetAsync("/signin?returnUrl=%2Fdenied");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/signin?returnUrl=%2Fdenied")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "signin",
                ["__RequestVerificationToken"] = FeatureHost.Token().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value,
                ["Input.UserName"] = userName,
                ["Input.Password"] = "demo",
            }),
        };
        var own = page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]);
        request.Headers.Add("Cookie", string.Join("; ", own));
        var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        return answer;
    }

    private static string SessionCookie(HttpResponseMessage answer) =>
        answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("HealthDashboard=", StringComparison.Ordinal));
}
