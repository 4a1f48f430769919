using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A station that nobody uses covers what it shows, and comes back as it was.</summary>
[Collection(typeof(BrowserTests))]
public sealed class StationLockTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task An_idle_page_is_covered_and_unlocked_with_what_was_typed(ColorScheme scheme, int width, int height)
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Accounts:IdleLockMinutes"] = "15" });
        await using var page = await browser.OpenAsync(server, "clinicians", new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } }, account: "admin");
        var name = page.Page.GetByLabel("Name", new() { Exact = true });
        await name.FillAsync("Half a na");
        await page.Page.EvaluateAsync("localStorage.setItem('station-active', Date.now() - 16 * 60000)");

        var cover = page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Locked" });
        await Expect(cover).ToBeVisibleAsync();
        // Of what is behind axe cannot know that nobody sees it.
        Assert.DoesNotContain(await page.FindAccessibilityViolationsAsync(), violation => violation.Contains("station-lock", StringComparison.Ordinal));
        Assert.True(await page.Page.EvaluateAsync<bool>("""
            () => [...document.querySelectorAll("h1, main input, td, nav a")].map(one => one.getBoundingClientRect()).filter(box => box.width && box.top >= 0 && box.bottom < innerHeight)
                .every(box => document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.closest("[data-station-lock]"))
            """));
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(cover).ToBeVisibleAsync();

        await page.Page.GetByLabel("Password or PIN").FillAsync("wrong");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(cover.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        await page.Page.GetByLabel("Password or PIN").FillAsync("demo");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(cover).ToBeHiddenAsync();
        await Expect(name).ToHaveValueAsync("Half a na");
        // The refused attempt is an answer of the server, which the console shows.
        Assert.All(page.Errors, error => Assert.Contains("401", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reload_of_a_locked_page_leads_to_the_sign_in_page()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Accounts:IdleLockMinutes"] = "15" });
        await using var page = await browser.OpenAsync(server, "patients");
        await page.Page.EvaluateAsync("localStorage.setItem('station-active', Date.now() - 16 * 60000)");
        await page.Page.WaitForResponseAsync(response => response.Url.EndsWith("/api/session/lock", StringComparison.Ordinal));
        await page.Page.ReloadAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_wall_is_there_to_be_looked_at()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Accounts:IdleLockMinutes"] = "15" });
        await using var page = await browser.OpenAsync(server);
        await page.Page.Clock.InstallAsync();
        await page.Page.ReloadAsync();
        await page.Page.EvaluateAsync("localStorage.setItem('station-active', Date.now() - 16 * 60000)");
        await page.Page.Clock.RunForAsync(11_000);
        await Expect(page.Page.GetByRole(AriaRole.Dialog, new() { Name = "Locked" })).ToBeHiddenAsync();
    }

    [Fact]
    public async Task My_account_passes_axe()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "account");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "My account" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }
}
