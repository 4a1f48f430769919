using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A nurse compares two cohorts, and goes from an hour to the patients behind it.</summary>
[Collection(typeof(BrowserTests))]
public sealed class CohortsPageTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task Two_cohorts_are_compared_and_lead_to_their_patients()
    {
        var demo = new DemoWard(shared.Server);
        for (var i = 0; i < 6; i++)
            await demo.MeasureAsync(await demo.AdmitAsync($"Cohort{i}", ward: "Course ward", bed: $"{i}"), ("heartRate", 70 + i));
        // Roll-ups are made just after a start, and then once a minute.
        await shared.Server.StopAsync();
        await shared.Server.StartAgainAsync();
        await Eventually.HoldsAsync(async () => (await demo.GetAsync("api/analytics/cohorts.csv?hours=2")).Contains(",6,70,72,75", StringComparison.Ordinal), "the roll-ups");

        await LookAsync(new() { ColorScheme = ColorScheme.Light, ViewportSize = new() { Width = 1440, Height = 900 } });
        await LookAsync(new() { ColorScheme = ColorScheme.Dark, ViewportSize = new() { Width = 390, Height = 844 } });
    }

    private async Task LookAsync(BrowserNewContextOptions options)
    {
        await using var page = await browser.OpenAsync(shared.Server, "analytics", options);
        var main = page.Page.GetByRole(AriaRole.Main);
        await main.GetByRole(AriaRole.Link, new() { Name = "Cohorts", Exact = true }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = "Cohorts", Level = 1 })).ToBeVisibleAsync();
        await main.GetByLabel("Admitted to", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Course ward, Testland" });
        await main.GetByLabel("Compare").SelectOptionAsync(new SelectOptionValue { Label = "With these" });
        await main.GetByLabel("Age, B").SelectOptionAsync(new SelectOptionValue { Label = "under 16" });
        await main.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(main.GetByText("Course ward, Testland: 6 stays of 6 patients")).ToBeVisibleAsync();
        await Expect(main.GetByText("under 16: 0 stays of 0 patients")).ToBeVisibleAsync();
        await Expect(main.GetByRole(AriaRole.Img, new() { Name = "HR by hours since admission" })).ToBeVisibleAsync();
        await CheckAsync(page);

        await main.GetByRole(AriaRole.Link, new() { NameRegex = new("6 stays behind hour [01] of A", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = "Patients behind A, hour" })).ToBeVisibleAsync();
        await CheckAsync(page);
        var download = await page.Page.RunAndWaitForDownloadAsync(() => main.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true }).ClickAsync());
        Assert.StartsWith("cohorts-", download.SuggestedFilename, StringComparison.Ordinal);
        await main.GetByRole(AriaRole.Link, new() { Name = "Cohort5, Tess" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("/patients/[0-9a-f]{24}", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        await page.Page.EvaluateAsync("scrollTo(0, 0)");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
