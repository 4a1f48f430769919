using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>What every page has in common: no errors, nothing that axe finds, nothing wider than the screen.</summary>
[Collection(typeof(BrowserTests))]
public sealed class FramePageTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    private static readonly string[] Paths = ["alerts", "alerts/history", "patients", "care-team", "care-team/shifts", "analytics", "system"];

    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 1440, 900)]
    [InlineData(ColorScheme.Light, 390, 844)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task Pages_are_clean_in_both_themes_and_sizes(ColorScheme theme, int width, int height)
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync($"Castellanos-{theme}-{width}");
        await ward.MeasureAsync(patient, 80);
        await using var page = await browser.NewPageAsync(app.Server, new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } });

        foreach (var path in (string[])[.. Paths, "", $"patients/{patient}"])
        {
            await page.Page.GotoAsync(path);
            await Expect(page.Page.Locator("[data-bell-count=medium]")).ToBeVisibleAsync();
            Assert.Empty(await page.FindAccessibilityViolationsAsync());
            Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{path} is wider than the screen");
        }

        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_is_a_page_for_people_and_a_problem_for_programs()
    {
        await using var page = await browser.NewPageAsync(app.Server);
        var answer = await page.Page.GotoAsync("no/such/place");

        Assert.Equal(404, answer!.Status);
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Nothing is at this address" })).ToBeVisibleAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "To the wall", Exact = true }).ClickAsync();
        await page.IsInteractiveAsync();
        var program = await page.Page.APIRequest.GetAsync("api/no-such-place", new() { Headers = [new("Accept", "application/json")] });
        Assert.Equal(404, program.Status);
        Assert.StartsWith("application/problem+json", program.Headers["content-type"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chosen_theme_outlives_navigation_and_reload()
    {
        await using var page = await browser.NewPageAsync(app.Server, new() { ColorScheme = ColorScheme.Light });
        await page.Page.GotoAsync("patients");
        await Expect(page.Page.Locator("html[data-theme=light]")).ToBeAttachedAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme", Exact = true }).ClickAsync();
        var dark = page.Page.Locator("#theme-menu").GetByRole(AriaRole.Button, new() { Name = "Dark", Exact = true });
        await dark.ClickAsync();
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "System", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "System", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Page.Locator("html[data-theme=dark]")).ToBeAttachedAsync();
        await page.Page.ReloadAsync();
        await Expect(page.Page.Locator("html[data-theme=dark]")).ToBeAttachedAsync();
    }

    [Theory]
    [InlineData(Contrast.NoPreference, true, ColorScheme.Light, "dark")]
    [InlineData(Contrast.More, false, ColorScheme.Light, "light")]
    public async Task High_contrast_is_chosen_or_what_the_system_prefers_and_passes_axe_at_seven_to_one(
        Contrast system, bool chosen, ColorScheme scheme, string theme)
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync($"Contrast-{theme}");
        await ward.MeasureAsync(patient, 80);
        await using var page = await browser.NewPageAsync(app.Server, new() { ColorScheme = scheme, Contrast = system, ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.Page.GotoAsync("system");
        if (chosen)
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Theme", Exact = true }).ClickAsync();
            await page.Page.Locator("#theme-menu").GetByRole(AriaRole.Button, new() { Name = "High contrast" }).ClickAsync();
        }

        foreach (var path in (string[])[.. Paths, "", $"patients/{patient}"])
        {
            await page.Page.GotoAsync(path);
            await Expect(page.Page.Locator($"html[data-contrast][data-theme={theme}]")).ToBeAttachedAsync();
            await Expect(page.Page.Locator("[data-bell-count=medium]")).ToBeVisibleAsync();
            Assert.Empty(await page.FindAccessibilityViolationsAsync());
            Assert.Empty(await page.FindTooLittleContrastAsync());
        }
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task With_the_systems_own_colours_an_alarm_keeps_its_fill()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Forced");
        await ward.MeasureAsync(patient, 80);
        await using var page = await browser.NewPageAsync(app.Server, new() { ForcedColors = ForcedColors.Active });
        await page.Page.GotoAsync("alerts");
        var mark = page.Page.Locator("[data-alert-card] .alarm-mark").First;
        await Expect(mark).ToBeVisibleAsync();
        Assert.True(await mark.EvaluateAsync<bool>("mark => getComputedStyle(mark).backgroundColor !== getComputedStyle(document.body).backgroundColor"));
        await ward.DischargeAsync(patient);
    }

    [Fact]
    public async Task Sound_is_off_until_a_click_and_then_stays_on_across_pages()
    {
        await using var page = await browser.NewPageAsync(app.Server);
        await page.Page.GotoAsync("patients");
        await Expect(page.Page.Locator("[data-sound=off]")).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sound is off \u2013 turn on" }).ClickAsync();
        await Expect(page.Page.Locator("[data-sound=on]")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Alerts", Exact = true }).ClickAsync();
        await page.IsInteractiveAsync();
        await Expect(page.Page.Locator("[data-sound=on]")).ToBeVisibleAsync();
    }
}
