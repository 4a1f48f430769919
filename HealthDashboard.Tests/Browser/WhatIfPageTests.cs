using System.Text.Json;
using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A doctor proposes another limit for a ward, sees what it would have done, looks for the best, and adopts it.</summary>
[Collection(typeof(BrowserTests))]
public sealed class WhatIfPageTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_limit_is_proposed_compared_and_adopted(ColorScheme theme, int width, int height)
    {
        var ward = $"What if {width}";
        var demo = new DemoWard(shared.Server);
        var patient = await demo.AdmitAsync($"Whatif-{theme}-{width}", ward: ward, bed: $"{width}");
        await demo.MeasureAsync(patient, systolic: 80);
        await Eventually.HoldsAsync(async () => (await demo.GetAsync("api/alerts")).Contains(patient, StringComparison.Ordinal), "the alarm of the history");

        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "what-if", options, account: "doctor");
        var main = page.Page.GetByRole(AriaRole.Main);
        await page.IsInteractiveAsync();
        await main.GetByLabel("Ward", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = $"{ward}, Testland" });
        await Expect(main.GetByLabel("Patient", new() { Exact = true })).ToContainTextAsync($"Whatif-{theme}-{width}");
        await CheckAsync(page);

        await main.GetByLabel("SYS low proposed").FillAsync("70");
        await main.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Row, new() { Name = "SYS low 90" })).ToContainTextAsync("1 \u2192 0");
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = "What would have been" })).ToBeVisibleAsync();
        await Expect(main.GetByRole(AriaRole.Region, new() { Name = "Alarms", Exact = true })).ToContainTextAsync("SYS 80 < 90");
        await Expect(main.GetByRole(AriaRole.Link, new() { Name = "Review SYS 80 < 90" })).ToHaveAttributeAsync("href", new Regex("^/alerts/[0-9a-f]{24}/review$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await CheckAsync(page);

        await main.GetByRole(AriaRole.Button, new() { Name = "Find the best that misses none" }).ClickAsync();
        await main.GetByLabel("Which limit").SelectOptionAsync(new SelectOptionValue { Label = "SYS low" });
        await main.GetByRole(AriaRole.Button, new() { Name = "Try each" }).ClickAsync();
        await main.GetByText("As a table").ClickAsync();
        await Expect(main.GetByRole(AriaRole.Row, new() { Name = "55 " })).ToBeVisibleAsync();
        await CheckAsync(page);

        await main.GetByLabel("Reason").FillAsync("The past says so");
        await main.GetByRole(AriaRole.Button, new() { Name = $"Adopt for {ward}" }).ClickAsync();
        await Expect(main.GetByText("These limits hold")).ToBeVisibleAsync();
        await CheckAsync(page);
        var limits = JsonDocument.Parse(await demo.GetAsync($"api/wards/Testland/{Uri.EscapeDataString(ward)}/limits")).RootElement;
        Assert.Equal((70, "ward", "The past says so"), (limits.GetProperty("limits").GetProperty("systolic").GetProperty("low").GetDouble(), limits.GetProperty("limits").GetProperty("systolic").GetProperty("source").GetString()!, limits.GetProperty("reason").GetString()!));
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        // What has been scrolled behind the bar counts as too small.
        await page.Page.EvaluateAsync("scrollTo(0, 0)");
        if (string.Join('\n', await page.FindAccessibilityViolationsAsync()) is { Length: > 0 } violations)
            Assert.Fail(violations);
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
