using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>An administrator has stores fail under load; the proof on the page is what the sender itself counted.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class FaultPageTests(BrowserFixture browser)
{
    private static readonly Dictionary<string, string> WithSwitches = new() { ["Simulation:Enabled"] = "false", ["Demo:Faults"] = "true" };

    [Fact]
    public async Task Whatever_is_switched_nothing_acknowledged_is_lost_or_doubled()
    {
        await using var server = await AppServer.StartAsync(WithSwitches);
        var ward = new DemoWard(server);
        string[] patients = [await ward.AdmitAsync("First"), await ward.AdmitAsync("Second")];
        await using var page = await browser.OpenAsync(server, "faults", account: "admin");
        await page.IsInteractiveAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        var readings = new CountedReadings(server, patients);

        foreach (var (role, name, words) in new[]
        {
            ("vitals", "Unavailable", "unavailable"), ("vitals", "30 % fail", "30 % of calls fail"), ("vitals", "Read-only", "read-only"), ("vitals", "Slow by 800 ms", "slow by 800 ms"),
            ("alerts", "Unavailable", "unavailable"), ("careTeam", "Unavailable", "unavailable"), ("analytics", "Unavailable", "unavailable"), ("patients", "Unavailable", "unavailable"),
        })
        {
            await PressAsync(page, role, name);
            await Expect(Card(page, role).Locator(".badge")).ToHaveTextAsync(words);
            for (var i = 0; i < 3; i++)
                Assert.Contains(await readings.SendAsync(low: role == "alerts"), new[] { HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable });
            if (words == "unavailable")
                await Expect(Card(page, role)).ToHaveAttributeAsync("data-health", "Unhealthy");
        }
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Restore everything" }).ClickAsync();

        var proof = page.Page.Locator("[data-proof]");
        await Expect(proof).ToHaveAttributeAsync("data-proof", "holds", new() { Timeout = 30_000 });
        await Expect(proof).ToContainTextAsync("Nothing lost, nothing doubled");
        Assert.Equal(readings.Acknowledged, await FigureAsync(page, "acknowledged as durable"));
        Assert.Equal(0, await FigureAsync(page, "lost"));
        Assert.Equal(0, await FigureAsync(page, "doubled"));
        Assert.Equal(readings.Acknowledged, await FigureAsync(page, "stored, repeats counted once"));
        Assert.True(await FigureAsync(page, "alerts shown, of them recorded") > 0);
        Assert.Equal(readings.Acknowledged, await readings.ChartedAsync());
        Assert.DoesNotContain(page.Errors, error => !error.Contains("Failed to load resource", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_runs_from_its_link_and_says_what_is_wrong_with_it()
    {
        await using var server = await AppServer.StartAsync(WithSwitches);
        var script = Uri.EscapeDataString("seed 1\n0:00 vitals slow 20000");
        await using var page = await browser.OpenAsync(server, $"faults?script={script}", account: "admin");
        await page.IsInteractiveAsync();
        var text = page.Page.GetByLabel("One step a line");
        await Expect(text).ToHaveValueAsync("seed 1\n0:00 vitals slow 20000");
        var run = page.Page.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true });
        await run.ClickAsync();
        await Expect(page.Page.Locator(".script [role=alert]")).ToContainTextAsync("Line 2: the amount is 20000; allowed are 1 to 10000 milliseconds.");

        await text.FillAsync("0:00 vitals slow 20\n0:01 careTeam read-only\n0:02 all restored");
        await run.ClickAsync();
        await Expect(page.Page.Locator("[data-script]")).ToHaveAttributeAsync("data-script", "done");
        await Expect(page.Page.Locator(".faults-log li")).ToHaveTextAsync([EndsWith("Everything works again"), EndsWith("Care team: read-only"), EndsWith("Vital signs: slow by 20 ms")]);
        Assert.EndsWith("0%3A02%20all%20restored", await page.Page.GetByRole(AriaRole.Link, new() { Name = "Link to this script" }).GetAttributeAsync("href"), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Only_administrators_of_a_demo_have_switches()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Simulation:Enabled"] = "false" });
        await using var page = await browser.OpenAsync(server, "faults", account: "admin");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "No fault switches" })).ToBeVisibleAsync();
        Assert.Equal(404, (await page.Page.APIRequest.GetAsync("api/demo/faults")).Status);
        await using var doctors = await browser.OpenAsync(server, "faults", account: "doctor");
        await Expect(doctors.Page.GetByRole(AriaRole.Heading, new() { Name = "No fault switches" })).ToHaveCountAsync(0);
    }

    private static Regex EndsWith(string text) => new($"{Regex.Escape(text)}$", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static ILocator Card(BrowserPage page, string role) => page.Page.Locator($"[data-role={role}]");

    private static async Task PressAsync(BrowserPage page, string role, string name)
    {
        await Card(page, role).GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();
        await Expect(Card(page, role).GetByRole(AriaRole.Button, new() { Name = name, Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
    }

    private static async Task<int> FigureAsync(BrowserPage page, string label)
    {
        var value = await page.Page.Locator(".figure", new() { HasText = label }).Locator(".figure-value").TextContentAsync() ?? "";
        return int.Parse(FirstNumber().Match(value).Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("^[0-9,]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstNumber();
}
