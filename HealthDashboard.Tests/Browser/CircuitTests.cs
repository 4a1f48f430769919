using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>What wwwroot/js/circuit.js promises: a page stays connected as long as it is open, and is never reloaded for it.</summary>
[Collection(typeof(BrowserTests))]
public sealed class CircuitTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_page_gets_a_new_circuit_each_time_the_server_starts_again_and_is_never_reloaded()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "connection?from=test#here");
        await AskAsync(page, 1);
        Assert.Empty(page.Errors);
        await MarkAsync(page);

        for (var restart = 0; restart < 3; restart++)
        {
            await server.KillAsync();
            await Expect(page.Page.Locator("html[data-circuit=down]")).ToBeAttachedAsync();
            await Expect(page.Page.Locator("#components-reconnect-modal")).ToHaveCountAsync(0);
            await server.StartAgainAsync();
            await page.IsInteractiveAsync();
            // A new circuit counts from the start.
            await AskAsync(page, 1);
            await AskAsync(page, 2);
        }

        await AssertMarkedAsync(page, "down up down up down up");
        Assert.EndsWith("/connection?from=test#here", page.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Errors, error => error.Contains("already tracked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_breaks_again_on_the_way_to_a_new_circuit_starts_no_second_way()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "connection");
        await AskAsync(page, 1);
        await MarkAsync(page);
        // What crosses the passage is held once until the connection has broken and come back; whatever else is asked
        // there waits until the page is where it belongs.
        var ways = 0;
        var arrived = new TaskCompletionSource();
        await page.Page.RouteAsync("**/reconnecting?*", async route =>
        {
            if (!(await route.Request.AllHeadersAsync())["accept"].Contains("blazor-enhanced-nav", StringComparison.Ordinal))
            {
                if (++ways == 1)
                    await page.Page.EvaluateAsync("""
                        new Promise(connected => {
                            const reconnect = Blazor.reconnect;
                            Blazor.reconnect = () => reconnect().then(connected);
                            Blazor._internal.forceCloseConnection();
                        })
                        """);
                else
                    await arrived.Task;
            }
            await route.ContinueAsync();
        });

        await server.KillAsync();
        await server.StartAgainAsync();
        await AskAsync(page, 1);
        arrived.SetResult();
        await AskAsync(page, 2);

        Assert.Equal(1, ways);
        await AssertMarkedAsync(page, "down up");
    }

    [Fact]
    public async Task A_way_to_a_new_circuit_that_leads_nowhere_ends_in_a_reload()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.NewPageAsync(server);
        await page.Page.Clock.InstallAsync();
        await page.Page.GotoAsync("connection?from=test");
        await AskAsync(page, 1);
        await MarkAsync(page);
        await page.Page.RouteAsync("**/reconnecting?*", route => route.AbortAsync());

        await page.Page.RunAndWaitForRequestAsync(async () =>
        {
            await server.KillAsync();
            await server.StartAgainAsync();
            // The server's start counts, which can take long on a small machine; this is a limit, not a wait.
        }, "**/reconnecting?*", new() { Timeout = 120_000 });
        await page.Page.Clock.FastForwardAsync(15_000);

        await AskAsync(page, 1);
        Assert.True(await page.Page.EvaluateAsync<bool>("window.events === undefined"));
        Assert.EndsWith("/connection?from=test", page.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_keeps_its_circuit_when_only_the_connection_drops()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "connection");
        await AskAsync(page, 1);
        await MarkAsync(page);

        await page.Page.EvaluateAsync("""
            new Promise(up => {
                document.addEventListener("circuit:up", up, { once: true });
                Blazor._internal.forceCloseConnection();
            })
            """);

        await AskAsync(page, 2);
        await AssertMarkedAsync(page, "down up");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_page_gets_a_new_circuit_when_the_server_ends_its_circuit_with_an_error()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.NewPageAsync(server);
        // A component that the server refuses, once.
        await page.Page.RouteAsync("**/connection", async route =>
        {
            var response = await route.FetchAsync();
            var body = await response.TextAsync();
            await route.FulfillAsync(new()
            {
                Response = response,
                Body = body.Replace("\"descriptor\":\"", "\"descriptor\":\"broken", StringComparison.Ordinal),
            });
        }, new() { Times = 1 });

        await page.Page.GotoAsync("connection");
        await MarkAsync(page);
        await AskAsync(page, 1);

        await AssertMarkedAsync(page, "down up");
    }

    [Theory]
    [InlineData("/connection", "/connection")]
    [InlineData("https://example.org/", "/")]
    [InlineData("//example.org/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    public async Task Reloading_the_passage_leads_back_and_never_to_another_site(string returnTo, string expected)
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "reconnecting?returnTo=" + Uri.EscapeDataString(returnTo));

        await Expect(page.Page).ToHaveURLAsync(new Uri(server.Address, expected).ToString());
    }

    [Fact]
    public async Task The_shell_passes_axe_and_its_console_stays_empty()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "connection");
        await page.IsInteractiveAsync();

        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    private static async Task AskAsync(BrowserPage page, int answers)
    {
        await page.IsInteractiveAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Ask the server" }).ClickAsync();
        await Expect(page.Page.GetByText($"The server has answered {answers} times.")).ToBeVisibleAsync();
    }

    // A reload would lose what is set here.
    private static Task MarkAsync(BrowserPage page) => page.Page.EvaluateAsync("""
        window.events = [];
        for (const state of ["down", "up"])
            document.addEventListener(`circuit:${state}`, () => events.push(state));
        """);

    private static async Task AssertMarkedAsync(BrowserPage page, string events) =>
        Assert.Equal(events, await page.Page.EvaluateAsync<string>("events.join(' ')"));
}
