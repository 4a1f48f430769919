using System.Net;
using System.Reflection;
using System.Security.Claims;
using System.Text;
using HealthDashboard.Accounts;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Access;

/// <summary>
/// Every endpoint, page and hub method there is, tried as every role, as nobody and with a key of each scope. The outcome is
/// docs/access.md: with <c>ACCESS_MATRIX=write</c> in the environment the test writes it, otherwise it fails when the page says something else.
/// </summary>
public sealed class AccessMatrixTests
{
    private const string Id = "000000000000000000000000";

    private static readonly string[] Open = ["/signin", "/health/live", "/health/ready", "/health", "/ping", "/invite/{Token}", "/api/session/unlock", "/fhir/metadata", "/signin/openid", "/api/session/passkey", "/api/session/passkey/options"];

    [Fact]
    public async Task Every_endpoint_page_and_hub_lets_in_whom_it_is_for_and_the_page_of_the_documentation_says_so()
    {
        await using var app = new WholeApp();
        var clients = new Dictionary<string, HttpClient>();
        foreach (var caller in WholeApp.Callers)
            clients[caller] = await app.ClientAsync(caller);
        List<string> wrong = [];
        SortedDictionary<string, (string Policy, string[] Allowed)> rows = new(StringComparer.Ordinal);
        // The last is the one that locks the session.
        foreach (var endpoint in Endpoints(app).OrderBy(endpoint => Path(endpoint) == "/api/session/lock"))
        {
            var policy = PolicyOf(endpoint);
            var allowed = new List<string>();
            foreach (var caller in WholeApp.Callers)
            {
                var may = await MayAsync(app, endpoint, caller);
                if (may)
                    allowed.Add(caller);
                foreach (var method in MethodsOf(endpoint))
                {
                    var answer = await TryAsync(clients[caller], method, endpoint);
                    if (policy != "open" && answer is { } got && got != may)
                        wrong.Add($"{caller} {method} {endpoint.RoutePattern.RawText}: the policy {policy} says {may}, the answer {got}");
                }
            }
            foreach (var method in MethodsOf(endpoint))
                rows[$"{KindOf(endpoint)} {Path(endpoint)} {method}"] = (policy, [.. allowed]);
        }
        Assert.Empty(wrong);

        var path = System.IO.Path.Combine(AppServer.AppDirectory, "..", "docs", "access.md");
        Assert.SkipUnless(Directory.Exists(System.IO.Path.GetDirectoryName(path)), "The documentation is not beside the tests.");
        var text = Page(rows);
        if (Environment.GetEnvironmentVariable("ACCESS_MATRIX") == "write")
            await File.WriteAllTextAsync(path, text);
        Assert.True(await File.ReadAllTextAsync(path) == text, "docs/access.md is not what the program does. Run this test with ACCESS_MATRIX=write and look at the difference.");
    }

    [Fact]
    public async Task Every_endpoint_states_a_policy_and_only_a_few_are_open()
    {
        await using var app = new WholeApp();
        var endpoints = Endpoints(app).ToList();
        Assert.Empty(endpoints.Where(endpoint => PolicyOf(endpoint) == "none").Select(endpoint => endpoint.DisplayName));
        Assert.Equal(
            Open.Order(StringComparer.Ordinal),
            endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(Path).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_page_states_a_policy_of_its_own() => Assert.Empty(
        from page in typeof(Program).Assembly.GetTypes()
        where page.GetCustomAttributes<RouteAttribute>().Any()
        where page.GetCustomAttribute<AllowAnonymousAttribute>() is null && !page.GetCustomAttributes<AuthorizeAttribute>().Any(stated => stated.Policy is not null)
        select page.FullName);

    [Fact]
    public void Every_hub_states_a_policy_and_no_method_of_one_acts() => Assert.Equal(
        ["AlertHub.OnConnectedAsync (Wall)", "AlertHub.Resync (Wall)"],
        from hub in typeof(Program).Assembly.GetTypes()
        where hub.IsSubclassOf(typeof(Hub))
        from method in hub.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        let stated = method.GetCustomAttribute<AuthorizeAttribute>() ?? hub.GetCustomAttribute<AuthorizeAttribute>()
        orderby method.Name
        select $"{hub.Name}.{method.Name} ({stated?.Policy})");

    [Fact]
    public async Task Whoever_brings_nothing_gets_nothing_from_an_endpoint_that_states_nothing()
    {
        await using var app = new WholeApp();
        var fallback = await app.Services.GetRequiredService<IAuthorizationPolicyProvider>().GetFallbackPolicyAsync();
        var service = app.Services.GetRequiredService<IAuthorizationService>();
        foreach (var caller in WholeApp.Callers)
            Assert.False((await service.AuthorizeAsync(PrincipalOf(caller), null, fallback!)).Succeeded);
    }

    private static IEnumerable<RouteEndpoint> Endpoints(WholeApp app) => app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        // Style sheets, scripts and pictures, and what Development looks for beside them.
        .Where(endpoint => !endpoint.Metadata.Any(one => one.GetType().Name is "StaticAssetDescriptor" or "FallbackMetadata"));

    private static string Path(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    private static string KindOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.Any(one => one.GetType().Name == "ComponentTypeMetadata") ? "1 page"
        : Path(endpoint).StartsWith("/_blazor", StringComparison.Ordinal) || Path(endpoint).StartsWith("/hubs", StringComparison.Ordinal) ? "3 connection" : "2 call";

    private static string PolicyOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? "open"
        : endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(stated => stated.Policy).OfType<string>().Where(name => name != Policies.SignedIn).Distinct().ToList() is { Count: > 0 } names
            ? string.Join(" and ", names)
        : endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(stated => stated.Policy == Policies.SignedIn) ? Policies.SignedIn : "none";

    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        KindOf(endpoint)[0] == '1' ? ["GET"] : endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"];

    private static async Task<bool> MayAsync(WholeApp app, RouteEndpoint endpoint, string caller)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return true;
        var provider = app.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        var policy = await AuthorizationPolicy.CombineAsync(provider, endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>()) ?? await provider.GetFallbackPolicyAsync();
        return (await app.Services.GetRequiredService<IAuthorizationService>().AuthorizeAsync(PrincipalOf(caller), null, policy!)).Succeeded;
    }

    private static ClaimsPrincipal PrincipalOf(string caller) => caller == WholeApp.Nobody ? new(new ClaimsIdentity())
        : caller.StartsWith("key: ", StringComparison.Ordinal) ? new(new ClaimsIdentity([new(ClaimTypes.Name, caller), new(Policies.ScopeClaim, caller[5..])], ApiKeyHandler.SchemeName))
        : new(new ClaimsIdentity([new(ClaimTypes.Name, caller), new(ClaimTypes.Role, caller), new(AccountWards.Claim, AccountWards.Everywhere)], "cookie"));

    // Whether the answer lets in; null where it says nothing about that.
    private static async Task<bool?> TryAsync(HttpClient client, string method, RouteEndpoint endpoint)
    {
        var address = endpoint.RoutePattern.PathSegments.Aggregate("", (path, segment) => path + "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "documentName" } => "v1",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart => Id,
            _ => "",
        })));
        using var request = new HttpRequestMessage(new HttpMethod(method), address.Length == 0 ? "/" : address);
        if (method is "POST" or "PUT")
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => false,
            HttpStatusCode.Found when answer.Headers.Location?.OriginalString is { } to && (to.Contains("/signin", StringComparison.Ordinal) || to.Contains("/denied", StringComparison.Ordinal)) => false,
            _ => true,
        };
    }

    private static string Page(SortedDictionary<string, (string Policy, string[] Allowed)> rows)
    {
        var text = new StringBuilder("""
            # Who may ask for what
            Written by `AccessMatrixTests`, which tries each line as each column; run it with `ACCESS_MATRIX=write` after a change. What the policies mean, and
            which patients somebody may open, is in [accounts.md](accounts.md). An endpoint, page or hub that states nothing is for nobody.
            A demo has `/api/demo/scenarios` besides, for Clinician, and `/api/demo/faults`, for Admin.

            """);
        foreach (var (kind, title) in new[] { ("1 page", "Pages"), ("2 call", "Calls"), ("3 connection", "Connections") })
        {
            text.Append($"\n## {title}\n| what | policy | {string.Join(" | ", WholeApp.Callers.Select(Column))} |\n|---|---|{string.Concat(Enumerable.Repeat("---|", WholeApp.Callers.Length))}\n");
            foreach (var (name, (policy, allowed)) in rows.Where(row => row.Key.StartsWith(kind, StringComparison.Ordinal)))
            {
                var parts = name[(kind.Length + 1)..].Split(' ');
                var what = kind == "1 page" ? parts[0] : $"{parts[1]} {parts[0]}";
                text.Append($"| `{what}` | {policy} | {string.Join(" | ", WholeApp.Callers.Select(caller => allowed.Contains(caller) ? "yes" : ""))} |\n");
            }
        }
        text.Append("""

            ## What parts of pages do
            A page's policy is that of whatever is done on it, but for these parts: for others they are not there, or do nothing. `ComponentActionTests` presses
            those of a patient's page.

            | part | policy |
            |---|---|

            """);
        foreach (var (part, stated) in ComponentActionTests.Stated())
            text.Append($"| {part.Name} | {stated} |\n");
        return text.ToString();
    }

    private static string Column(string caller) => caller.StartsWith("key: ", StringComparison.Ordinal) || caller == WholeApp.Nobody ? caller : Roles.Words(caller);
}
