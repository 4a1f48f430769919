using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A screen follows one ward: what happens elsewhere neither shows nor sounds on it.</summary>
[Collection(typeof(BrowserTests))]
public sealed class ScopeTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task Bell_title_wall_and_alerts_follow_the_ward_that_was_chosen()
    {
        var ward = new DemoWard(app.Server);
        var here = await ward.AdmitAsync("Scope-here", ward: "Scope A");
        var elsewhere = await ward.AdmitAsync("Scope-elsewhere", ward: "Scope B");
        await ward.MeasureAsync(elsewhere, 80);
        await using var page = await browser.NewPageAsync(app.Server);
        await page.Page.GotoAsync("wall");
        await page.IsInteractiveAsync();
        var (bell, choice) = (page.Page.Locator("[data-bell-count=medium]"), page.Page.GetByLabel("Ward that this screen follows"));
        await Expect(bell).ToBeVisibleAsync();

        await choice.SelectOptionAsync(new SelectOptionValue { Label = "Scope A" });
        await Expect(page.Page.Locator($"[data-patient-id='{here}']")).ToBeVisibleAsync();
        await Expect(page.Page.Locator($"[data-patient-id='{elsewhere}']")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator(".call")).ToHaveCountAsync(0);
        await Expect(bell).ToBeHiddenAsync();
        await Expect(page.Page).ToHaveTitleAsync("Wall - HealthDashboard");

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Alerts", Exact = true }).ClickAsync();
        await page.IsInteractiveAsync();
        await Expect(page.Page.GetByText("The filter hides")).ToBeVisibleAsync();
        await ward.MeasureAsync(here, 80);
        await Expect(page.Page.Locator("[data-alert-card]")).ToHaveCountAsync(1);
        await Expect(bell).ToContainTextAsync("1");
        await page.Page.ReloadAsync();
        await Expect(choice).ToHaveValueAsync("Testland/Scope%20A");
        await Expect(page.Page.Locator("[data-alert-card]")).ToHaveCountAsync(1);

        await choice.SelectOptionAsync("");
        await Expect(page.Page.Locator("[data-alert-card]").Filter(new() { HasText = "Scope-elsewhere" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }
}
