using Microsoft.Playwright;

namespace HealthDashboard.Bench;

/// <summary>Chromium, in which the pages are opened.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (this.playwright, this.browser) = (playwright, browser);

    /// <summary>Starts it; null where Chromium is not installed.</summary>
    public static async Task<Browser?> StartAsync()
    {
        if (new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.FirstOrDefault(File.Exists) is not { } program)
            return null;
        var driver = await Playwright.CreateAsync();
        return new Browser(driver, await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"],
        }));
    }

    /// <summary>A profile in which a demo account is signed in.</summary>
    public async Task<IBrowserContext> SignInAsync(Uri address, string account, ViewportSize? size = null)
    {
        var context = await browser.NewContextAsync(new() { BaseURL = address.ToString(), ViewportSize = size ?? new() { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        await page.GotoAsync("signin");
        await page.Locator($"button[value={account}]").ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("signin", StringComparison.Ordinal));
        await page.CloseAsync();
        return context;
    }

    /// <summary>A blank page of somebody who is not signed in.</summary>
    public Task<IPage> NewPageAsync() => browser.NewPageAsync();

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
