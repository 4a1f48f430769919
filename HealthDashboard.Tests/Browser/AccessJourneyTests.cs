using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>What somebody meets who may not, or may not any more.</summary>
[Collection(typeof(BrowserTests))]
public sealed class AccessJourneyTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_nurse_is_refused_what_is_for_administrators_and_auditors()
    {
        await using var server = await DemoWard.StartAsync();
        await using var page = await browser.OpenAsync(server, "patients");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Signed in as" }).ClickAsync();
        foreach (var name in new[] { "Accounts", "API keys", "Audit", "Clinicians" })
            await Expect(page.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToHaveCountAsync(0);

        foreach (var path in new[] { "accounts", "keys", "audit", "clinicians" })
        {
            await page.Page.GotoAsync(path);
            await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Not allowed");
        }
        Assert.Equal("", string.Join("\n", await page.FindAccessibilityViolationsAsync()));
        Assert.Empty(page.Errors);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "To the start page" }).ClickAsync();
        await page.IsInteractiveAsync();
        Assert.Equal(403, await page.Page.EvaluateAsync<int>("fetch('api/audit').then(answer => answer.status)"));
    }

    [Fact]
    public async Task Somebody_who_is_locked_loses_the_open_page_and_cannot_come_back()
    {
        await using var server = await DemoWard.StartAsync();
        var id = await new DemoWard(server).AdmitAsync("Open-page");
        await using var page = await browser.OpenAsync(server, $"patients/{id}", account: "doctor");
        await page.IsInteractiveAsync();
        await using var admin = await browser.OpenAsync(server, "accounts", account: "admin");

        await OpenAccountAsync(admin, "doctor");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Lock and sign out everywhere" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Dora Weiss" })).ToContainTextAsync("locked");

        var signIn = page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" });
        await Expect(signIn).ToBeVisibleAsync();
        await page.Page.GetByLabel("User name").FillAsync("doctor");
        await page.Page.GetByLabel("Password").FillAsync("demo");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(signIn).ToBeVisibleAsync();
    }

    private static async Task OpenAccountAsync(BrowserPage admin, string userName)
    {
        await admin.Page.GetByRole(AriaRole.Row).Filter(new() { Has = admin.Page.GetByRole(AriaRole.Cell, new() { Name = userName, Exact = true }) }).GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Password", Exact = true })).ToBeVisibleAsync();
    }
}
