using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>The menu of a bed on the wall.</summary>
[Collection(typeof(BrowserTests))]
public sealed class TileMenuTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task A_bed_is_silenced_and_acknowledged_by_keyboard_and_no_tile_changes_its_size()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Menu-keys", bed: "M01", ward: "Menu ward");
        await ward.MeasureAsync(patient, 80);
        await using var page = await OpenAsync();
        var tile = page.Page.Locator($"[data-patient-id='{patient}']");
        await Expect(tile.Locator(".tile-alarm.is-calling")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("[data-bell-count=medium]")).ToBeVisibleAsync();
        var before = await tile.BoundingBoxAsync();
        var button = tile.GetByRole(AriaRole.Button, new() { Name = "Actions" });
        await button.FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Item(page, "Acknowledge")).ToBeFocusedAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Equal((before!.Width, before.Height), (await tile.BoundingBoxAsync()) is { } after ? (after.Width, after.Height) : default);
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Item(page, "Silence 2:00")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator(".tile-menu")).ToBeHiddenAsync();
        await Expect(button).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Item(page, "Acknowledge")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(tile.Locator(".tile-alarm.is-acknowledged")).ToContainTextAsync("Nina Novak");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Item(page, "Charts")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(button).ToBeFocusedAsync();
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_long_press_opens_the_menu_and_leads_nowhere_else()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Menu-touch", bed: "M02", ward: "Menu ward");
        await using var page = await OpenAsync(new() { HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 844 } });
        var tile = page.Page.Locator($"[data-patient-id='{patient}']");
        await tile.ScrollIntoViewIfNeededAsync();
        var box = (await tile.BoundingBoxAsync())!;
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        var devices = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await devices.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchStart", ["touchPoints"] = new[] { new { x, y } } });
        await Expect(Item(page, "Charts")).ToBeVisibleAsync();
        await devices.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await Expect(Item(page, "Charts")).ToBeVisibleAsync();
        await Item(page, "Charts").TapAsync();
        await page.Page.WaitForURLAsync($"**/patients/{patient}**");
        Assert.Empty(page.Errors);
    }

    private async Task<BrowserPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        var page = await browser.OpenAsync(app.Server, "wall?ward=Menu%20ward", options);
        await page.IsInteractiveAsync();
        return page;
    }

    private static ILocator Item(BrowserPage page, string name) => page.Page.GetByRole(AriaRole.Menuitem, new() { Name = name, Exact = true });
}
