using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>What a nurse charts by keyboard, writes and takes back; and how somebody from elsewhere comes to a record.</summary>
[Collection(typeof(BrowserTests))]
public sealed class ChartingTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_set_is_charted_without_the_mouse_and_an_earlier_version_of_the_record_holds_again(ColorScheme theme, int width, int height)
    {
        var id = await new DemoWard(shared.Server).AdmitAsync($"Charted-{theme}");
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}?tab=observations", options);
        await page.IsInteractiveAsync();
        await Expect(page.Page.GetByLabel("Respiratory rate")).ToBeFocusedAsync();

        // Wrong at first: what is wrong is marked, and the keyboard is there.
        await page.Page.Keyboard.TypeAsync("22");
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.TypeAsync("0.97");
        await page.Page.Keyboard.PressAsync("Enter");
        var spo2 = page.Page.Locator("#observe-spo2");
        await Expect(spo2).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(spo2).ToBeFocusedAsync();
        await CheckAsync(page);
        await spo2.FillAsync("93");
        foreach (var text in new[] { "2", "105/70", "112", "c", "38,4", "more short of breath" })
        {
            await page.Page.Keyboard.PressAsync("Tab");
            await page.Page.Keyboard.TypeAsync(text);
        }
        await Expect(page.Page.Locator("[data-preview]")).ToContainTextAsync("13");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("[data-charted]")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("table.charted tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Page.Locator("table.charted tbody")).ToContainTextAsync("more short of breath");

        await page.Page.GotoAsync($"patients/{id}?tab=record");
        await page.IsInteractiveAsync();
        var notes = page.Page.GetByRole(AriaRole.Region, new() { Name = "Notes" });
        await notes.GetByLabel("New note").FillAsync("Fell beside the bed.");
        await notes.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await notes.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Fell" }).GetByRole(AriaRole.Button, new() { Name = "Correct" }).ClickAsync();
        await notes.GetByLabel("Correction").FillAsync("Slipped, did not fall.");
        await notes.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(notes.Locator("li.is-corrected")).ToContainTextAsync("Fell beside the bed.");

        await page.Page.GotoAsync($"patients/{id}/edit");
        await page.IsInteractiveAsync();
        await page.Page.GetByLabel("Allergies, one a line").FillAsync("Penicillin");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.Page.WaitForURLAsync(address => address.Contains("tab=record", StringComparison.Ordinal));
        await page.Page.GotoAsync($"patients/{id}?tab=record");
        await page.IsInteractiveAsync();
        await Expect(page.Page.Locator(".allergies")).ToContainTextAsync("Penicillin");
        var versions = page.Page.GetByRole(AriaRole.Region, new() { Name = "Versions" });
        await versions.GetByText("Version 1", new() { Exact = true }).ClickAsync();
        await versions.GetByRole(AriaRole.Button, new() { Name = "Restore this version" }).ClickAsync();
        await CheckAsync(page);
        await versions.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await Expect(versions).ToContainTextAsync("Version 3, now");
        await Expect(page.Page.Locator(".allergies")).ToContainTextAsync("none known");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_record_outside_ones_care_opens_for_a_reason_that_its_lead_and_the_audit_get_to_know()
    {
        var id = await new DemoWard(shared.Server).AdmitAsync("Outside");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}", account: "resident");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "This patient is not in your care" })).ToBeVisibleAsync();
        await CheckAsync(page);
        await page.Page.GetByLabel("Why you need this record now").FillAsync("Collapsed in the corridor");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Break the glass" }).ClickAsync();
        await Expect(page.Page.Locator("[data-glass]")).ToContainTextAsync("You broke the glass");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Outside, Tess");
        await CheckAsync(page);

        await using var auditor = await browser.OpenAsync(shared.Server, "audit", account: "auditor");
        await Expect(auditor.Page.Locator("main")).ToContainTextAsync("Collapsed in the corridor");
        await CheckAsync(auditor);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "End now" }).ClickAsync();
        await page.Page.WaitForURLAsync(address => address.EndsWith("/patients", StringComparison.Ordinal));
        await page.Page.GotoAsync($"patients/{id}");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "This patient is not in your care" })).ToBeVisibleAsync();
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Equal("", string.Join("\n", await page.FindAccessibilityViolationsAsync()));
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
