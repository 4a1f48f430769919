using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>Somebody looks back: from an alert to its moment, on to the next one, and to the patient of then.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class TimeTravelTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task From_an_alert_to_its_moment_and_the_next_alert_and_back_to_live(ColorScheme theme, int width, int height)
    {
        var ward = new DemoWard(shared.Server);
        string first = await ward.AdmitAsync($"First{theme}", bed: $"{theme}1"), second = await ward.AdmitAsync($"Second{theme}", bed: $"{theme}2");
        await ward.MeasureAsync(first, systolic: 80);
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "alerts", options);
        await page.IsInteractiveAsync();
        var card = page.Page.Locator($"[data-alert-card='{first}']");
        await Expect(card).ToBeVisibleAsync();
        // By now the next second has begun, so that the two moments differ.
        await ward.MeasureAsync(second, systolic: 70);
        await Expect(page.Page.Locator($"[data-alert-card='{second}']")).ToBeVisibleAsync();
        await card.FocusAsync();
        await card.PressAsync("o");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Look at this moment" }).ClickAsync();

        await Expect(page.Page).ToHaveTitleAsync(NotLive());
        await page.IsInteractiveAsync();
        var moment = page.Page.Locator("[data-past-at]");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { NameRegex = NotLive() })).ToBeVisibleAsync();
        await Expect(Alert("80")).ToBeVisibleAsync();
        await Expect(Alert("70")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator(".past-frame")).ToBeAttachedAsync();
        // Nothing of that time can be acted on; the bell is that of now.
        await Expect(page.Page.Locator("main [data-action], main [data-tile-menu], main form:not([method=dialog])")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("[data-bell]")).ToBeAttachedAsync();
        await CheckAsync(page);

        await page.Page.Locator("[data-past-next]").ClickAsync();
        await Expect(Alert("70")).ToBeVisibleAsync();
        var there = await moment.GetAttributeAsync("data-past-at");
        await Expect(page.Page).ToHaveURLAsync(new Uri(shared.Server.Address, $"at/{there![..19]}Z").ToString());
        await page.Page.Locator("[data-past-play]").FocusAsync();
        await page.Page.Keyboard.PressAsync("p");
        await Expect(Alert("70")).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Alert("80")).ToHaveCountAsync(0);

        // It plays on to the present by itself, and stops there.
        var before = await moment.GetAttributeAsync("data-past-at");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "60\u00d7", Exact = true }).ClickAsync();
        await page.Page.Locator("[data-past-play]").ClickAsync();
        await Expect(moment).Not.ToHaveAttributeAsync("data-past-at", before!);
        await Expect(page.Page.Locator("[data-past-play]")).ToHaveTextAsync("Play");
        await Expect(Alert("80")).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Link, new() { Name = $"First{theme}, Tess" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = $"First{theme}, Tess" })).ToBeVisibleAsync();
        await Expect(page.Page).ToHaveTitleAsync(NotLive());
        await Expect(page.Page.Locator("[data-sign=systolic]")).ToContainTextAsync("80");
        await Expect(page.Page.Locator("main [data-action], main form")).ToHaveCountAsync(0);
        await CheckAsync(page);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "The wall then" }).ClickAsync();
        // The page before has a way back to live too, to the patient.
        await Expect(page.Page.Locator("[data-past-play]")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Back to live" }).ClickAsync();
        await Expect(page.Page.Locator("[data-wall]")).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Look back" }).ClickAsync();
        await Expect(page.Page).ToHaveTitleAsync(NotLive());
        await ward.DischargeAsync(first);
        await ward.DischargeAsync(second);

        ILocator Alert(string value) => page.Page.Locator("[data-past-alert]", new() { HasText = $"SYS {value} " }).Filter(new() { HasText = $"{theme}, Tess" });
    }

    [Fact]
    public async Task An_address_that_is_no_past_moment_says_so_and_offers_a_way_on()
    {
        await using var page = await browser.OpenAsync(shared.Server, "at/2199-01-01T00:00:00Z");

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "No such moment" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("which is in the future")).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = "Look back an hour" })).ToBeVisibleAsync();
    }

    [GeneratedRegex("not live", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NotLive();

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Equal("", string.Join("\n", await page.FindAccessibilityViolationsAsync()));
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
