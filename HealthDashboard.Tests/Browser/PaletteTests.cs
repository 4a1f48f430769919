using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>The palette of commands, by keyboard alone.</summary>
[Collection(typeof(BrowserTests))]
public sealed class PaletteTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task Ctrl_K_finds_a_patient_without_marks_a_bed_a_ward_and_a_page()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Núñez", bed: "P07", ward: "Palette ward");
        await using var page = await OpenAsync();
        await Expect(Dialog(page)).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Control+k");
        await Expect(Field(page)).ToBeFocusedAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());

        await Field(page).FillAsync("nunez");
        await Expect(Selected(page)).ToContainTextAsync("P07 Núñez, Tess");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.WaitForURLAsync($"**/patients/{patient}**");

        await page.Page.Keyboard.PressAsync("Control+k");
        await Field(page).FillAsync("p07");
        await Expect(Selected(page)).ToContainTextAsync("Núñez");
        await Field(page).FillAsync("palette w");
        await Expect(Selected(page)).ToContainTextAsync("Palette ward");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByLabel("Patients whom this screen follows")).ToHaveValueAsync("Testland/Palette%20ward");
        await page.Page.GetByLabel("Patients whom this screen follows").SelectOptionAsync("");

        await page.Page.Keyboard.PressAsync("Control+k");
        await Field(page).FillAsync("sys");
        await Expect(Selected(page)).ToContainTextAsync("System");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(Dialog(page)).ToBeHiddenAsync();
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_patients_alerts_are_acknowledged_by_who_may_and_by_nobody_else()
    {
        var ward = new DemoWard(app.Server);
        await ward.MeasureAsync(await ward.AdmitAsync("Palette-ack"), 80);
        await using (var admin = await OpenAsync("admin"))
        {
            await Expect(admin.Page.Locator("[data-bell-count=medium]")).ToBeVisibleAsync();
            await admin.Page.Keyboard.PressAsync("Control+k");
            await Field(admin).FillAsync("palette-ack");
            await Expect(admin.Page.Locator(".palette-option")).ToHaveCountAsync(1);
        }

        await using var page = await OpenAsync();
        var alert = page.Page.Locator("[data-alert-card]").Filter(new() { HasText = "Palette-ack" }).Locator("[data-alert-id]").First;
        await Expect(alert).ToHaveAttributeAsync("data-response", "unacknowledged");
        await Expect(page.Page.Locator("[data-bell-count=medium]")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Search and commands" }).First.PressAsync("Enter");
        await Field(page).FillAsync("ack palette-ack");
        await Expect(Selected(page)).ToContainTextAsync("SYS 80 < 90");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(Dialog(page)).ToBeHiddenAsync();
        await Expect(alert).ToHaveAttributeAsync("data-response", "acknowledged");
        Assert.Empty(page.Errors);
    }

    private async Task<BrowserPage> OpenAsync(string account = "nurse")
    {
        var page = await browser.OpenAsync(app.Server, "alerts", account: account);
        await page.IsInteractiveAsync();
        return page;
    }

    private static ILocator Dialog(BrowserPage page) => page.Page.Locator("dialog.palette");

    private static ILocator Field(BrowserPage page) => page.Page.GetByRole(AriaRole.Combobox, new() { Name = "Name, MRN, bed" });

    private static ILocator Selected(BrowserPage page) => page.Page.Locator(".palette [aria-selected=true]");
}
