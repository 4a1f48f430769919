using System.Net;
using System.Net.Http.Json;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class AuthorizationTests
{
    private const string Nobody = "000000000000000000000000";

    private static readonly string[] Callers = ["anonymous", "nurse", "doctor", "admin", "read", "write", "ingest"];
    private static readonly string[] Viewers = ["nurse", "doctor", "admin", "read"];
    private static readonly string[] Clinicians = ["nurse", "doctor", "write"];
    private static readonly string[] Staff = ["admin", "write"];
    private static readonly string[] People = ["nurse", "doctor", "admin"];
    private static readonly string[] OnCall = ["nurse", "doctor", "admin", "write"];

    [Fact]
    public async Task Each_endpoint_lets_in_whom_it_is_for_and_nobody_else()
    {
        await using var host = await FeatureHost.StartAsync();
        var clients = new Dictionary<string, HttpClient>
        {
            ["anonymous"] = host.Client(),
            ["nurse"] = await host.SignedInAsync("nurse"),
            ["doctor"] = await host.SignedInAsync("doctor"),
            ["admin"] = await host.SignedInAsync("admin"),
            ["read"] = host.Client(FeatureHost.ReadKey),
            ["write"] = host.Client(FeatureHost.WriteKey),
            ["ingest"] = host.Client(FeatureHost.IngestKey),
        };

        var wrong = new List<string>();
        foreach (var (method, path, allowed) in Endpoints())
        {
            foreach (var caller in Callers)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method is "POST" or "PUT" ? JsonContent.Create(new { }) : null };
                var answer = await clients[caller].SendAsync(request);
                var expected = allowed.Contains(caller) ? "in" : caller == "anonymous" ? "401" : "403";
                var actual = answer.StatusCode switch
                {
                    HttpStatusCode.Unauthorized => "401",
                    HttpStatusCode.Forbidden => "403",
                    _ => "in",
                };
                if (actual != expected || (actual != "in" && answer.Content.Headers.ContentType?.MediaType != "application/problem+json"))
                    wrong.Add($"{caller} {method} {path}: expected {expected}, got {answer.StatusCode} {answer.Content.Headers.ContentType}");
            }
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Every_endpoint_of_the_API_is_in_the_list_above()
    {
        await using var host = await FeatureHost.StartAsync();
        var mapped = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {e.RoutePattern.RawText!.TrimEnd('/')}"))
            .Order(StringComparer.Ordinal);
        var listed = Endpoints()
            .Select(e => $"{e.Method} {e.Path.Split('?')[0].Replace(Nobody, "{id}", StringComparison.Ordinal)}")
            .Select(e => e.Replace("/wards/North/ICU", "/wards/{region}/{ward}", StringComparison.Ordinal))
            .Select(e => e.Replace("/shared-patients/{id}", "/shared-patients/{other}", StringComparison.Ordinal))
            .Select(e => e.Replace("/referral-path/{id}", "/referral-path/{to}", StringComparison.Ordinal))
            .Where(e => e.Contains("/api", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(mapped, listed);
    }

    [Fact]
    public async Task Only_signing_in_and_health_are_open_to_everyone()
    {
        await using var host = await FeatureHost.StartAsync();
        var open = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => "/" + e.RoutePattern.RawText!.Trim('/')).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["/api/session/passkey", "/api/session/passkey/options", "/api/session/unlock", "/health/live", "/health/ready", "/invite/{Token}", "/signin", "/signin/openid"], open);
    }

    [Fact]
    public async Task A_key_that_is_not_known_is_refused_and_no_cookie_makes_up_for_it()
    {
        await using var host = await FeatureHost.StartAsync();
        var nurse = await host.SignedInAsync("nurse");
        nurse.DefaultRequestHeaders.Add("X-Api-Key", "a-key-that-nobody-has");
        Assert.Equal(HttpStatusCode.Unauthorized, (await nurse.GetAsync("/api/patients")).StatusCode);
    }

    [Theory]
    [InlineData("Token")]
    [InlineData("bearer")]
    public async Task A_key_may_come_as_authorization(string scheme)
    {
        await using var host = await FeatureHost.StartAsync();
        var client = host.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"{scheme} {FeatureHost.ReadKey}");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/patients")).StatusCode);
    }

    private static IEnumerable<(string Method, string Path, string[] Allowed)> Endpoints() =>
    [
        ("GET", "/api/patients", Viewers),
        ("POST", "/api/patients", Clinicians),
        ("GET", $"/api/patients/{Nobody}", Viewers),
        ("PUT", $"/api/patients/{Nobody}", Clinicians),
        ("DELETE", $"/api/patients/{Nobody}", Clinicians),
        ("POST", $"/api/patients/{Nobody}/admit", Clinicians),
        ("POST", $"/api/patients/{Nobody}/move", Clinicians),
        ("POST", $"/api/patients/{Nobody}/discharge", Clinicians),
        ("GET", $"/api/patients/{Nobody}/vitals", Viewers),
        ("GET", $"/api/patients/{Nobody}/vitals/latest", Viewers),
        ("GET", $"/api/patients/{Nobody}/news2", Viewers),
        ("GET", $"/api/patients/{Nobody}/limits", Viewers),
        ("PUT", $"/api/patients/{Nobody}/limits", Clinicians),
        ("GET", $"/api/patients/{Nobody}/limits/suggestion", Viewers),
        ("GET", $"/api/patients/{Nobody}/limits/history", Viewers),
        ("GET", "/api/wards/North/ICU/limits", Viewers),
        ("GET", "/api/wards/North/ICU/limits/history", Viewers),
        ("PUT", "/api/wards/North/ICU/limits", ["doctor", "admin"]),
        ("GET", $"/api/patients/{Nobody}/care-team", Viewers),
        ("POST", $"/api/patients/{Nobody}/care-team", Clinicians),
        ("DELETE", $"/api/patients/{Nobody}/care-team", Clinicians),
        ("GET", $"/api/patients/{Nobody}/contacts", Clinicians),
        ("GET", "/api/clinicians", Viewers),
        ("POST", "/api/clinicians", Staff),
        ("GET", $"/api/clinicians/{Nobody}", Viewers),
        ("PUT", $"/api/clinicians/{Nobody}", Staff),
        ("DELETE", $"/api/clinicians/{Nobody}", Staff),
        ("GET", "/api/on-call", Viewers),
        ("PUT", "/api/on-call", OnCall),
        ("GET", "/api/wards/North/ICU/on-call", Viewers),
        ("PUT", "/api/wards/North/ICU/on-call", OnCall),
        ("GET", "/api/clinicians/workload", Viewers),
        ("GET", $"/api/clinicians/{Nobody}/shared-patients/{Nobody}", Viewers),
        ("GET", $"/api/clinicians/{Nobody}/referral-path/{Nobody}", Viewers),
        ("GET", "/api/analytics/hourly", Viewers),
        ("GET", "/api/analytics/daily", Viewers),
        ("GET", "/api/analytics/alerts", Viewers),
        ("GET", "/api/session", People),
        ("POST", "/api/session/unlock", Callers),
        ("POST", "/api/session/passkey", Callers),
        ("POST", "/api/session/passkey/options", Callers),
        ("POST", "/api/session/passkeys", People),
        ("POST", "/api/session/passkeys/options", People),
        ("GET", "/openapi/v1.json", Viewers),
        // The last of those with a session, which it locks.
        ("POST", "/api/session/lock", People),
        ("GET", "/health/live", Callers),
        ("GET", "/health/ready", Callers),
    ];
}
