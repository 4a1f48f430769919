using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A doctor presents: keys turn the slides, live parts answer, the presenter's window keeps in step.</summary>
[Collection(typeof(BrowserTests))]
public sealed class PresentationTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1280, 720)]
    [InlineData(ColorScheme.Dark, 1920, 1080)]
    public async Task Each_slide_is_whole_and_accessible(ColorScheme theme, int width, int height)
    {
        await using var page = await OpenAsync(theme, width, height);
        var slides = await page.Page.Locator("[data-slide]").CountAsync();
        for (var number = 1; number <= slides; number++)
        {
            await Expect(page.Page.Locator($"[data-slide='{number}']")).ToBeVisibleAsync();
            var live = page.Page.Locator($"[data-slide='{number}'] [data-live-part]");
            if (await live.CountAsync() > 0)
                await Eventually.HoldsAsync(() => AnswersAsync(live), $"slide {number}");
            var clipped = await page.Page.EvaluateAsync<bool>("""
                n => { const body = document.querySelector(`[data-slide="${n}"] .slide-body`);
                  return body.scrollHeight > body.clientHeight + 1 || body.scrollWidth > body.clientWidth + 1 || document.documentElement.scrollWidth > innerWidth; }
                """, number);
            Assert.False(clipped, $"slide {number} is clipped at {width}x{height}");
            if (await page.Page.Locator($"[data-slide='{number}'] iframe").CountAsync() == 0 && string.Join('\n', await page.FindAccessibilityViolationsAsync()) is { Length: > 0 } violations)
                Assert.Fail($"slide {number}: {violations}");
            await page.Page.Keyboard.PressAsync("ArrowRight");
        }
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Keys_turn_the_slides_and_the_presenter_keeps_in_step()
    {
        await using var page = await OpenAsync(ColorScheme.Light, 1280, 720);
        var number = page.Page.Locator(".present-foot [data-number]");
        await page.Page.Keyboard.PressAsync("End");
        await Expect(number).ToHaveTextAsync(await page.Page.Locator("[data-slide]").CountAsync() is var last ? $"{last} of {last}" : "");
        await page.Page.Keyboard.PressAsync("Home");
        await page.Page.Keyboard.PressAsync("Space");
        await page.Page.Keyboard.PressAsync("PageDown");
        await Expect(number).ToHaveTextAsync($"3 of {last}");
        Assert.EndsWith("/present#3", page.Page.Url, StringComparison.Ordinal);
        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");

        await page.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(page.Page.Locator("[data-slide]:visible")).ToHaveCountAsync(last);
        await page.Page.EmulateMediaAsync(new() { Media = Media.Screen });

        var presenter = await page.Page.RunAndWaitForPopupAsync(() => page.Page.Keyboard.PressAsync("s"));
        await Expect(presenter.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Five kinds of data, five databases");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(presenter.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("The problem");
        await presenter.Keyboard.PressAsync("ArrowRight");
        await Expect(number).ToHaveTextAsync($"3 of {last}");
        await Expect(presenter.GetByRole(AriaRole.Status).Filter(new() { HasText = "On time" })).ToBeVisibleAsync();

        // Gone to another page and back, the keys are still those of the slides, and of the slides alone.
        await page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "System" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "System" })).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Page.GoBackAsync();
        await Expect(page.Page.Locator("[data-present][data-ready]")).ToBeAttachedAsync();
        await page.Page.Keyboard.PressAsync("End");
        await Expect(number).ToHaveTextAsync($"{last} of {last}");
        Assert.Empty(page.Errors);
    }

    // A server that was asked for the first time may be too slow: the slide says so, and is asked again as a presenter would.
    private static async Task<bool> AnswersAsync(ILocator live)
    {
        var state = await live.GetAttributeAsync("data-state");
        if (state == "unavailable")
            await live.GetByRole(AriaRole.Button).ClickAsync();
        return state == "answered";
    }

    private async Task<BrowserPage> OpenAsync(ColorScheme theme, int width, int height)
    {
        var page = await browser.OpenAsync(shared.Server, "present", new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } }, account: "doctor");
        await Expect(page.Page.Locator("[data-present][data-ready]")).ToBeAttachedAsync();
        return page;
    }
}
