using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

[Collection(typeof(BrowserTests))]
public sealed class SignInPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task Whoever_is_not_signed_in_is_led_to_the_form_and_from_there_to_the_page_that_was_asked_for()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "connection", account: null);
        await page.Page.GetByLabel("User name").FillAsync("doctor");
        await page.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("wrong");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");

        await page.Page.GetByLabel("Password", new() { Exact = true }).FillAsync("demo");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page).ToHaveURLAsync(new Uri(server.Address, "connection").ToString());
        await page.IsInteractiveAsync();
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task Signing_in_and_the_account_pages_pass_axe_and_their_console_stays_empty(ColorScheme scheme, int width, int height)
    {
        await using var server = await AppServer.StartAsync();
        var options = new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(server, "signin", options, account: null);
        await CheckAsync(page);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Adam Reed" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(server.Address.ToString());
        await page.Page.GotoAsync("accounts");
        await CheckAsync(page);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Dora Weiss" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Dora Weiss");
        await CheckAsync(page);
        await page.Page.GotoAsync("keys");
        await CheckAsync(page);
        await page.Page.GotoAsync("denied");
        await CheckAsync(page);
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }
}
