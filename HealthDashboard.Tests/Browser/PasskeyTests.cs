using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>Passkeys with Chromium's own virtual authenticator.</summary>
[Collection(typeof(BrowserTests))]
public sealed class PasskeyTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_passkey_that_a_person_makes_signs_them_in_until_it_is_taken_away()
    {
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.NewPageAsync(server, account: null);
        var address = new UriBuilder(server.Address) { Host = "localhost" }.Uri;
        var authenticator = await page.Page.Context.NewCDPSessionAsync(page.Page);
        await authenticator.SendAsync("WebAuthn.enable");
        await authenticator.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });

        await page.Page.GotoAsync(new Uri(address, "signin?returnUrl=%2Faccount").ToString());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Nina Novak" }).ClickAsync();
        var make = page.Page.Locator("form[data-passkey-add]");
        await make.GetByLabel("Name of a new one").FillAsync("Ward laptop");
        await make.GetByLabel("Current password").FillAsync("wrong");
        await make.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Expect(make.GetByRole(AriaRole.Alert)).ToContainTextAsync("not right");
        await make.GetByLabel("Current password").FillAsync("demo");
        await make.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Ward laptop" })).ToBeVisibleAsync();

        // A page that finds itself signed out would go elsewhere by itself.
        await page.Page.GotoAsync("about:blank");
        await page.Page.Context.ClearCookiesAsync();
        await page.Page.GotoAsync(new Uri(address, "signin?returnUrl=%2Faccount").ToString());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "My account" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByText("Nina Novak, nurse")).ToBeVisibleAsync();

        await page.Page.GetByLabel("Current password, to remove one").FillAsync("demo");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Remove Ward laptop" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Status).GetByText("removed")).ToBeVisibleAsync();
        await page.Page.GotoAsync("about:blank");
        await page.Page.Context.ClearCookiesAsync();
        await page.Page.GotoAsync(new Uri(address, "signin").ToString());
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not known");
    }
}
