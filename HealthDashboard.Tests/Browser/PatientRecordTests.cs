using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A patient's way through the hospital, as a nurse enters it.</summary>
[Collection(typeof(BrowserTests))]
public sealed class PatientRecordTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_patient_is_created_found_edited_against_someone_else_moved_and_discharged(ColorScheme theme, int width, int height)
    {
        var family = $"Müller-{theme}";
        await new DemoWard(shared.Server).AdmitAsync($"There-{theme}", bed: $"{theme}-1");
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "patients", options);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "New patient" }).ClickAsync();

        // Created: what is wrong is said first.
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Admit patient" }).ClickAsync();
        await Expect(page.Page.GetByText("MRN is missing; needed is text")).ToBeVisibleAsync();
        await CheckAsync(page);
        foreach (var (label, text) in new[] { ("MRN", $"R-{theme}"), ("Family name", family), ("Given name", "José"), ("Region", "Testland"), ("Ward", "Test ward"), ("Bed", $"{theme}-1") })
            await page.Page.GetByLabel(label, new() { Exact = true }).FillAsync(text);
        await page.Page.GetByLabel("Date of birth is unknown").CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Admit patient" }).ClickAsync();
        await Expect(page.Page.GetByText($"Not saved: There-{theme}, Tess is in bed {theme}-1")).ToBeVisibleAsync();
        await page.Page.GetByLabel("Bed", new() { Exact = true }).FillAsync($"{theme}-2");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Admit patient" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"{family}, José");

        // Found, without marks and in another order.
        await page.Page.GotoAsync("patients");
        await page.Page.GetByLabel("Name, MRN, bed or condition").FillAsync($"jose muller {theme}");
        await Expect(page.Page.Locator("tr.patients-row")).ToHaveCountAsync(1);
        await CheckAsync(page);
        await page.Page.WaitForURLAsync(address => address.Contains("search=jose", StringComparison.Ordinal));
        await page.Page.Locator("tr.patients-row").ClickAsync(new() { Position = new() { X = 5, Y = 5 } });
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"{family}, José");
        await OpenRecordAsync(page);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Edit" }).ClickAsync();

        // Edited by two at once.
        await Expect(page.Page.GetByLabel("Given name", new() { Exact = true })).ToHaveValueAsync("José");
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(page.Page.Url);
        await other.GetByLabel("Given name", new() { Exact = true }).FillAsync("Joseph");
        await other.GetByLabel("Allergies, one a line").FillAsync("penicillin");
        await other.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(other.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"{family}, Joseph");
        await page.Page.GetByLabel("Given name", new() { Exact = true }).FillAsync("Josef");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "saved this record" })).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.Page.GetByRole(AriaRole.Radiogroup, new() { Name = "Given name" }).GetByRole(AriaRole.Radio).First.CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save these choices" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"{family}, Josef");
        await Expect(page.Page.Locator("main")).ToContainTextAsync("penicillin");

        // Moved, not into a bed that someone is in; discharged.
        var stay = page.Page.GetByRole(AriaRole.Region, new() { Name = "Stay" });
        await OpenRecordAsync(page);
        await stay.GetByRole(AriaRole.Button, new() { Name = "Move" }).ClickAsync();
        await Expect(stay.GetByRole(AriaRole.Button, new() { Name = $"{theme}-1" })).ToBeDisabledAsync();
        await stay.GetByLabel("Bed", new() { Exact = true }).FillAsync($"{theme}-3");
        await CheckAsync(page);
        await stay.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("main")).ToContainTextAsync($"bed {theme}-3");
        await stay.GetByRole(AriaRole.Button, new() { Name = "Discharge" }).ClickAsync();
        await stay.GetByRole(AriaRole.Button, new() { Name = "Discharge" }).ClickAsync();
        await Expect(stay).ToContainTextAsync("Discharged by Nina Novak");
        Assert.Empty(page.Errors);
    }

    private static async Task OpenRecordAsync(BrowserPage page)
    {
        // By address: a click just after the page came from another would find a button that nothing listens to yet.
        await page.Page.GotoAsync($"{new Uri(page.Page.Url).AbsolutePath}?tab=record");
        await page.IsInteractiveAsync();
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
