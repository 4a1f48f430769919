using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>Who shared a room or a nurse with a patient, on the patient's page.</summary>
[Collection(typeof(BrowserTests))]
public sealed class ContactsPanelTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task A_clinician_asks_who_lay_in_the_room()
    {
        var ward = new DemoWard(shared.Server);
        var patient = await ward.AdmitAsync("Lies", "7");
        await ward.AdmitAsync("Neighbour", "7");
        await ward.AdmitAsync("Elsewhere", "8");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{patient}?tab=team");
        await page.IsInteractiveAsync();
        var panel = page.Page.GetByRole(AriaRole.Region, new() { Name = "Contacts" });
        await Expect(panel.GetByRole(AriaRole.Link)).ToHaveCountAsync(0);

        await panel.GetByRole(AriaRole.Button, new() { Name = "24 h" }).ClickAsync();
        await Expect(panel.GetByRole(AriaRole.Status)).ToContainTextAsync("1 patient in 24 h, 1 in the same room");
        await Expect(panel.GetByRole(AriaRole.Link)).ToHaveTextAsync("Neighbour, Tess");
        await Expect(panel).ToContainTextAsync("shared room 7");
        await Expect(panel).ToContainTextAsync("s, still");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());

        await panel.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Neighbour, Tess");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Who_is_no_clinician_is_not_told_of_other_patients()
    {
        var patient = await new DemoWard(shared.Server).AdmitAsync("Private", "9");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{patient}?tab=team", account: "admin");
        await page.IsInteractiveAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Care team" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Contacts" })).ToHaveCountAsync(0);
    }
}
