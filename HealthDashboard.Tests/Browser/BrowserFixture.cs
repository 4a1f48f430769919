using HealthDashboard.Tests.Support;
using Microsoft.Playwright;

namespace HealthDashboard.Tests.Browser;

/// <summary>Chromium, started once for all browser tests, when the first of them opens a page.</summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Opens a page of the app in a browser profile of its own, and waits until it is loaded.</summary>
    /// <param name="server">The app.</param>
    /// <param name="path">Relative to the app's address, such as "alerts?state=open".</param>
    /// <param name="options">Size, colour scheme and so on of the profile.</param>
    /// <param name="account">The demo account that is signed in; null for nobody.</param>
    internal async Task<BrowserPage> OpenAsync(AppServer server, string path = "", BrowserNewContextOptions? options = null, string? account = "nurse")
    {
        var page = await NewPageAsync(server, options, account);
        await page.Page.GotoAsync(path);
        return page;
    }

    /// <summary>A blank page, for a test that prepares it before it goes anywhere.</summary>
    internal async Task<BrowserPage> NewPageAsync(AppServer server, BrowserNewContextOptions? options = null, string? account = "nurse")
    {
        browser ??= await LaunchAsync();
        options ??= new();
        options.BaseURL = server.Address.ToString();
        var context = await browser.NewContextAsync(options);
        if (account is not null)
            await SignInAsync(context.APIRequest, account);
        return new BrowserPage(await context.NewPageAsync(), server);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    // By request and not by clicks: most tests are about something else.
    private static async Task SignInAsync(IAPIRequestContext requests, string account)
    {
        var page = await (await requests.GetAsync("signin")).TextAsync();
        var form = requests.CreateFormData();
        form.Set("_handler", "demo");
        form.Set("__RequestVerificationToken", FeatureHost.Token().Match(page).Groups["token"].Value);
        form.Set("DemoName", account);
        var answer = await requests.PostAsync("signin", new() { Form = form, MaxRedirects = 0 });
        Assert.Equal(302, answer.Status);
    }

    private async Task<IBrowser> LaunchAsync()
    {
        var chromium = Needs.Chromium();
        // The first assertion after a cold start on a small machine can take long; this is a limit, not a wait.
        Assertions.SetDefaultExpectTimeout(30_000);
        playwright = await Playwright.CreateAsync();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = chromium,
            Timeout = 120_000,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
            ],
        });
    }
}

/// <summary>The tests that share one browser. They run one after the other.</summary>
[CollectionDefinition]
public sealed class BrowserTests : ICollectionFixture<BrowserFixture>;
