using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>From nobody to a patient whose alerts go to somebody, as an administrator and then a nurse do it.</summary>
[Collection(typeof(BrowserTests))]
public sealed class ClinicianPagesTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 1440, 900)]
    [InlineData(ColorScheme.Light, 390, 844)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_clinician_is_added_put_on_call_and_deleted(ColorScheme theme, int width, int height)
    {
        var name = $"Lee, Ann {theme} {width}";
        var patient = await new DemoWard(shared.Server).AdmitAsync($"Uncovered-{theme}-{width}");
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "clinicians", options, account: "admin");
        await page.Page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await page.Page.GetByLabel("Region", new() { Exact = true }).FillAsync("Testland");
        await page.Page.GetByLabel("Ward, empty").FillAsync("Test ward");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = name })).ToBeVisibleAsync();
        await CheckAsync(page);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Signed in as" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "On call" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("On call");
        await CheckAsync(page);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Change who is on call for Testland, Test ward" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("On call for Testland, Test ward");
        await CheckAsync(page);
        await page.Page.GetByLabel("Charge nurse").SelectOptionAsync(new SelectOptionValue { Label = $"{name}, Test ward" });
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Row, new() { Name = "Testland, Test ward" })).ToContainTextAsync(name);

        await page.Page.GotoAsync($"patients/{patient}?tab=team");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Care team" })).ToContainTextAsync($"is escalated to who is on call: {name}");

        await page.Page.GotoAsync("clinicians");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(page.Page.GetByText("is on call for Testland/Test ward")).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.Page.GetByLabel("Reason").FillAsync("left the hospital");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "End these duties and delete" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Clinicians");
        await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = name })).ToHaveCountAsync(0);
        Assert.Empty(page.Errors);
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
