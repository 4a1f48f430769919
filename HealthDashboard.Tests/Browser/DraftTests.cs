using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>What was typed outlives the session in which it was typed, for who typed it and for nobody else.</summary>
[Collection(typeof(BrowserTests))]
public sealed class DraftTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    private const string Text = "Slept badly, wants to see the daughter.\nPhoned her at noon.";

    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_note_is_there_again_after_the_session_was_ended(ColorScheme theme, int width, int height)
    {
        var id = await new DemoWard(shared.Server).AdmitAsync($"Draft-{theme}");
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}?tab=record", options);
        await TypeAndEndAsync(page, "nurse");

        await SignInAsync(page, "nurse");
        await Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"patients/{id}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        var offer = Offer(page);
        await Expect(offer).ToContainTextAsync("What you typed in \u201cNew note\u201d was not saved.");
        Assert.Equal("", string.Join("\n", await page.FindAccessibilityViolationsAsync()));
        await offer.GetByRole(AriaRole.Button, new() { Name = "Restore what you typed at" }).ClickAsync();
        await Expect(page.Page.GetByLabel("New note")).ToHaveValueAsync(Text);
        await Expect(page.Page.GetByLabel("New note")).ToBeFocusedAsync();
        await Expect(offer).ToBeHiddenAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save note" }).ClickAsync();
        await Expect(page.Page.Locator(".note-list")).ToContainTextAsync("Phoned her at noon.");

        // Saved: nothing is kept.
        Assert.Equal(0, await KeptAsync(page));
        // Of the session that ended the server refused what the page still asked.
        Assert.All(page.Errors, error => Assert.Contains("401", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_else_on_the_same_machine_is_offered_nothing_and_then_it_is_gone()
    {
        var id = await new DemoWard(shared.Server).AdmitAsync("Draft-other");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}?tab=record");
        await TypeAndEndAsync(page, "nurse");

        await SignInAsync(page, "doctor");
        await Expect(page.Page.GetByLabel("New note")).ToBeVisibleAsync();
        await page.IsInteractiveAsync();
        Assert.Equal(0, await KeptAsync(page));
        await Expect(Offer(page)).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_record_is_restored_field_by_field_and_what_has_no_field_yet_is_shown()
    {
        var id = await new DemoWard(shared.Server).AdmitAsync("Draft-record");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}/edit");
        await page.Page.GetByLabel("Given name", new() { Exact = true }).FillAsync("Theresa");
        await page.Page.GetByLabel("Allergies, one a line").FillAsync("latex\npenicillin");
        await page.Page.GetByLabel("Date of birth is estimated").CheckAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add condition" }).ClickAsync();
        await page.Page.GetByLabel("Condition", new() { Exact = true }).FillAsync("Gout");

        await page.Page.ReloadAsync();
        var offer = Offer(page);
        await offer.GetByRole(AriaRole.Button, new() { Name = "Restore what you typed at" }).ClickAsync();
        await Expect(page.Page.GetByLabel("Given name", new() { Exact = true })).ToHaveValueAsync("Theresa");
        await Expect(page.Page.GetByLabel("Date of birth is estimated")).ToBeCheckedAsync();
        await Expect(offer).ToContainTextAsync("Gout");
        Assert.Equal("", string.Join("\n", await page.FindAccessibilityViolationsAsync()));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Add condition" }).ClickAsync();
        await offer.GetByRole(AriaRole.Button, new() { Name = "Restore these" }).ClickAsync();
        await Expect(page.Page.GetByLabel("Condition", new() { Exact = true })).ToHaveValueAsync("Gout");
        await Expect(offer).ToBeHiddenAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Draft-record, Theresa");
        foreach (var text in new[] { "latex", "penicillin", "Gout" })
            await Expect(page.Page.Locator("main")).ToContainTextAsync(text);
        Assert.Equal(0, await KeptAsync(page));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task What_is_discarded_or_signed_out_of_is_gone_and_a_password_is_never_kept()
    {
        var id = await new DemoWard(shared.Server).AdmitAsync("Draft-discarded");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}?tab=record");
        await page.IsInteractiveAsync();
        await page.Page.GetByLabel("New note").FillAsync(Text);
        await page.Page.ReloadAsync();
        await Offer(page).GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(Offer(page)).ToBeHiddenAsync();
        Assert.Equal(0, await KeptAsync(page));

        await page.Page.EvaluateAsync("document.querySelector('.notes-form').insertAdjacentHTML('beforeend', '<input aria-label=\"Secret\" type=\"password\">')");
        await page.Page.GetByLabel("Secret").FillAsync("hunter2");
        Assert.Equal(0, await KeptAsync(page));
        await page.Page.GetByLabel("New note").FillAsync(Text);
        Assert.Equal(1, await KeptAsync(page));
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Signed in as" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal(0, await KeptAsync(page));
    }

    [Fact]
    public async Task A_record_that_was_changed_meanwhile_shows_what_was_typed_and_does_not_fill_it_in()
    {
        var id = await new DemoWard(shared.Server).AdmitAsync("Draft-stale");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}/edit");
        await page.IsInteractiveAsync();
        await page.Page.GetByLabel("Allergies, one a line").FillAsync("latex");

        await using var other = await browser.OpenAsync(shared.Server, $"patients/{id}/edit", account: "doctor");
        await other.IsInteractiveAsync();
        await other.Page.GetByLabel("Allergies, one a line").FillAsync("penicillin");
        await other.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await other.Page.WaitForURLAsync(address => address.Contains("tab=record", StringComparison.Ordinal));

        await page.Page.ReloadAsync();
        var offer = Offer(page);
        await Expect(offer).ToContainTextAsync("so it is not filled in");
        await Expect(offer).ToContainTextAsync("latex");
        await Expect(offer.GetByRole(AriaRole.Button, new() { Name = "Restore" })).ToHaveCountAsync(0);
        await Expect(page.Page.GetByLabel("Allergies, one a line")).ToHaveValueAsync("penicillin");
        // It stays while somebody types into what holds now, which is kept by itself.
        var given = page.Page.GetByLabel("Given name", new() { Exact = true });
        await given.FillAsync("Theresa");
        await Expect(offer).ToContainTextAsync("latex");
        await offer.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(offer).ToBeHiddenAsync();

        await page.Page.ReloadAsync();
        await offer.GetByRole(AriaRole.Button, new() { Name = "Restore what you typed at" }).ClickAsync();
        await Expect(given).ToHaveValueAsync("Theresa");
        await Expect(page.Page.GetByLabel("Allergies, one a line")).ToHaveValueAsync("penicillin");
        await Expect(offer).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Signing_out_removes_what_was_typed_in_every_tab()
    {
        var id = await new DemoWard(shared.Server).AdmitAsync("Draft-tabs");
        await using var page = await browser.OpenAsync(shared.Server, $"patients/{id}?tab=record");
        await page.IsInteractiveAsync();
        var tab = await page.Page.Context.NewPageAsync();
        await tab.GotoAsync($"patients/{id}?tab=record");
        await Expect(tab.Locator("html[data-circuit=up]")).ToBeAttachedAsync();
        await tab.GetByLabel("New note").FillAsync(Text);
        Assert.Equal(1, await tab.EvaluateAsync<int>("sessionStorage.length"));

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Signed in as" }).ClickAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await Expect(tab.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(0, await tab.EvaluateAsync<int>("sessionStorage.length"));
    }

    private static ILocator Offer(BrowserPage page) => page.Page.GetByRole(AriaRole.Region, new() { Name = "Typed and not saved" });

    private static Task<int> KeptAsync(BrowserPage page) => page.Page.EvaluateAsync<int>("sessionStorage.length");

    private async Task TypeAndEndAsync(BrowserPage page, string userName)
    {
        await page.IsInteractiveAsync();
        await page.Page.GetByLabel("New note").FillAsync(Text);

        await using var admin = await browser.OpenAsync(shared.Server, "accounts", account: "admin");
        await admin.Page.GetByRole(AriaRole.Row).Filter(new() { Has = admin.Page.GetByRole(AriaRole.Cell, new() { Name = userName, Exact = true }) }).GetByRole(AriaRole.Link).First.ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "End all" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "Accounts", Exact = true })).ToBeVisibleAsync();

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Exact = true })).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(BrowserPage page, string userName)
    {
        await page.Page.GetByLabel("User name").FillAsync(userName);
        await page.Page.GetByLabel("Password").FillAsync("demo");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}
