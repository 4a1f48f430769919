using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Hosting;

/// <summary>What a page of another site gets with the cookie of somebody who is signed in here: nothing.</summary>
public sealed class OriginTests
{
    private const string Foreign = "https://evil.example";

    public static TheoryData<string, string> Calls => new()
    {
        { "GET", "/api/patients" }, { "POST", "/api/patients" }, { "PUT", "/api/on-call" }, { "POST", "/api/session/lock" }, { "POST", "/signout" }, { "POST", "/signin" },
        { "POST", "/_blazor/negotiate" }, { "POST", "/hubs/alerts/negotiate" }, { "GET", "/_blazor/initializers" }, { "GET", "/hubs/alerts" },
    };

    [Fact]
    public async Task Calls_and_sockets_of_another_sites_page_are_refused_and_those_of_our_own_are_not()
    {
        await using var server = await AppServer.StartAsync();
        var cookie = await SignInAsync(server.Client);
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var origin in new[] { Foreign, "null", own.Replace("http:", "https:", StringComparison.Ordinal), "http://127.0.0.1:1", "garbage" })
        {
            foreach (var (method, path) in Calls.Select(call => (call.Data.Item1, call.Data.Item2)))
                Assert.Equal((path, HttpStatusCode.Forbidden), (path, await StatusAsync(server.Client, method, path, cookie, ("Origin", origin))));
            Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(server.Address, "/_blazor", ("Cookie", cookie), ("Origin", origin)));
            Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(server.Address, "/hubs/alerts", ("Cookie", cookie), ("Origin", origin)));
        }
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server.Client, "GET", "/api/patients", cookie, ("Sec-Fetch-Site", "cross-site")));

        foreach (var origin in new[] { own, null })
        {
            (string, string)[] headers = origin is null ? [("Cookie", cookie)] : [("Cookie", cookie), ("Origin", origin)];
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "GET", "/api/patients", cookie, headers[1..]));
            Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(server.Address, "/_blazor", headers));
            Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(server.Address, "/hubs/alerts", headers));
        }
        // A link from anywhere leads to a page.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "GET", "/patients", cookie, ("Sec-Fetch-Site", "cross-site")));
    }

    [Fact]
    public async Task A_program_with_a_key_needs_no_origin_and_may_have_any()
    {
        await using var server = await AppServer.StartAsync();
        foreach (var headers in new (string, string)[][] { [("X-Api-Key", "demo-key")], [("X-Api-Key", "demo-key"), ("Origin", Foreign)], [("Authorization", "Token demo-key"), ("Origin", Foreign)] })
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "GET", "/api/patients", null, headers));
            Assert.Equal(HttpStatusCode.SwitchingProtocols, await ConnectAsync(server.Address, "/hubs/alerts", headers));
        }
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_the_origin_is_held_against_what_the_browser_asked_for()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Proxy:Trusted"] = "127.0.0.1" });
        (string, string)[] proxy = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "ward.example"), ("X-Forwarded-For", "203.0.113.7")];
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(server.Client, "GET", "/api/patients", null, [.. proxy, ("Origin", "https://ward.example")]));
        Assert.Equal(HttpStatusCode.Unauthorized, await ConnectAsync(server.Address, "/hubs/alerts", [.. proxy, ("Origin", "https://ward.example:443")]));
        Assert.Equal(HttpStatusCode.Forbidden, await ConnectAsync(server.Address, "/hubs/alerts", [.. proxy, ("Origin", Foreign)]));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(server.Client, "GET", "/api/patients", null, [.. proxy, ("Origin", "http://ward.example")]));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string method, string path, string? cookie, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "POST" or "PUT" ? JsonContent.Create(new { }) : null };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> ConnectAsync(Uri server, string path, params (string Name, string Value)[] headers)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = path }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The status says why.
        }
        return socket.HttpStatusCode;
    }

    private static async Task<string> SignInAsync(HttpClient client)
    {
        var page = await client.GetAsync("/signin");
        var own = page.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/signin")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "demo",
                ["__RequestVerificationToken"] = FeatureHost.Token().Match(await page.Content.ReadAsStringAsync()).Groups["token"].Value,
                ["DemoName"] = "nurse",
            }),
        };
        request.Headers.Add("Cookie", string.Join("; ", own));
        var answer = await client.SendAsync(request);
        return answer.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("HealthDashboard=", StringComparison.Ordinal)).Split(';')[0];
    }
}
