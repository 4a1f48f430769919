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
        var (bell, choice) = (page.Page.Locator("[data-bell-count=medium]"), page.Page.GetByLabel("Patients whom this screen follows"));
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

    [Fact]
    public async Task My_patients_follow_who_is_in_my_care()
    {
        var ward = new DemoWard(app.Server);
        var nurse = await ward.AddNurseAsync("Nina Novak", "nurse");
        var (mine, other) = (await ward.AdmitAsync("Mine", ward: "Scope D"), await ward.AdmitAsync("Not-mine", ward: "Scope D"));
        await ward.AssignAsync(mine, nurse);
        await ward.MeasureAsync(other, 80);
        await using var page = await browser.NewPageAsync(app.Server);
        await page.Page.GotoAsync("wall");
        await page.IsInteractiveAsync();
        var bell = page.Page.Locator("[data-bell-count=medium]");
        await Expect(bell).ToBeVisibleAsync();

        await page.Page.GetByLabel("Patients whom this screen follows").SelectOptionAsync(new SelectOptionValue { Label = "My patients" });
        await Expect(page.Page.Locator("[data-bed-tile]")).ToHaveCountAsync(1);
        await Expect(page.Page.Locator($"[data-patient-id='{mine}']")).ToBeVisibleAsync();
        await Expect(bell).ToBeHiddenAsync();
        await ward.MeasureAsync(mine, 80);
        await Expect(bell).ToContainTextAsync("1");
        await page.Page.GotoAsync("alerts");
        await page.IsInteractiveAsync();
        await Expect(page.Page.Locator("[data-alert-card]")).ToHaveCountAsync(1);

        // Whom somebody gets during the shift comes by itself.
        await ward.AssignAsync(other, nurse);
        await Expect(page.Page.Locator("[data-alert-card]")).ToHaveCountAsync(2);
        await Expect(bell).ToContainTextAsync("2");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData("wall", "[data-patient-id]")]
    [InlineData("alerts", "[data-alert-card]")]
    public async Task The_first_thing_that_a_page_shows_is_the_ward_that_was_chosen(string path, string item)
    {
        var ward = new DemoWard(app.Server);
        await ward.MeasureAsync(await ward.AdmitAsync($"First-{path}", ward: $"First {path}"), 80);
        await ward.MeasureAsync(await ward.AdmitAsync($"Other-{path}", ward: "Scope C"), 80);
        await using var page = await browser.NewPageAsync(app.Server);
        await page.Page.GotoAsync(path);
        await page.IsInteractiveAsync();
        await page.Page.GetByLabel("Patients whom this screen follows").SelectOptionAsync(new SelectOptionValue { Label = $"First {path}" });
        await Expect(page.Page.Locator(item)).ToHaveCountAsync(1);

        // As the server sends it, and whatever is drawn from then on.
        await page.Page.AddInitScriptAsync($$"""
            window.most = 0;
            new MutationObserver(() => { window.most = Math.max(window.most, document.querySelectorAll("{{item}}").length); }).observe(document, { childList: true, subtree: true });
            """);
        await page.Page.ReloadAsync();
        await page.IsInteractiveAsync();
        await Expect(page.Page.Locator(item)).ToHaveCountAsync(1);
        await Expect(page.Page.Locator("[data-page-heartbeat]:not([data-page-heartbeat='0'])")).ToBeAttachedAsync();
        Assert.Equal(1, await page.Page.EvaluateAsync<int>("window.most"));

        // Another person on this device begins with their own.
        await using var other = await browser.NewPageAsync(app.Server, account: "doctor");
        await other.Page.Context.AddCookiesAsync([new() { Name = "scope", Value = $"nurse%2FTestland%2FFirst%2520{path}", Url = app.Server.Address.ToString() }]);
        await other.Page.GotoAsync(path);
        Assert.True(await other.Page.Locator(item).CountAsync() > 1);
    }
}
