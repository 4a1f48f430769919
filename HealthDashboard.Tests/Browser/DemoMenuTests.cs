using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>The presenter's menu, by keyboard alone.</summary>
[Collection(typeof(BrowserTests))]
public sealed class DemoMenuTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_presenter_starts_and_ends_a_scenario_by_keyboard()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Demo:Ward"] = "true",
            ["Simulation:Patients"] = "6",
            ["Simulation:History"] = "00:01:00",
        });
        await using var page = await browser.OpenAsync(server, "alerts");
        await page.IsInteractiveAsync();
        var menu = page.Page.Locator(".demo-button");
        await menu.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("#demo-patient option").First).ToContainTextAsync("I01");

        var start = page.Page.GetByRole(AriaRole.Button, new() { Name = "Bradycardia", Exact = true });
        await start.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator(".demo-running li")).ToContainTextAsync("Bradycardia");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        await Expect(page.Page.Locator("[data-alert-list]")).ToContainTextAsync("HR");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "End Bradycardia" }).FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator(".demo-running li")).ToContainTextAsync("recovering");
        Assert.Empty(page.Errors);
        await FitsWithManyAlarmsAsync(page);
    }

    // With the demo's button the bar is at its fullest.
    private static async Task FitsWithManyAlarmsAsync(BrowserPage page)
    {
        foreach (var width in new[] { 390, 430, 704, 768, 1024, 1440 })
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            var over = await page.Page.EvaluateAsync<int>("""
                () => {
                    for (const count of document.querySelectorAll("[data-bell-count]")) {
                        count.hidden = false;
                        count.querySelector("[data-number]").textContent = "12";
                    }
                    return document.documentElement.scrollWidth - innerWidth;
                }
                """);
            Assert.True(over <= 0, $"The bar is {over} pixels wider than a window of {width}.");
        }
    }

    [Fact]
    public async Task Without_a_demo_there_is_no_menu()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "alerts");
        await page.IsInteractiveAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Alerts", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(0, await page.Page.Locator("#demo-menu").CountAsync());
    }
}
