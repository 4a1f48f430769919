using HealthDashboard.Tests.Support;
using Microsoft.Playwright;

namespace HealthDashboard.Bench;

/// <summary>Takes pictures of the pages of a demo hospital, a minute after its first start.</summary>
internal static class Screenshots
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(60);

    private static readonly (string Name, string Path)[] Pages =
        [("wall", ""), ("patients", "patients"), ("alerts", "alerts"), ("history", "alerts/history"), ("system", "system"), ("accounts", "accounts")];

    /// <summary>Takes them.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="all">Every page in both themes and both sizes; otherwise the two of the README.</param>
    public static async Task<int> RunAsync(string folder, bool all)
    {
        await using var browser = await Browser.StartAsync();
        if (browser is null)
        {
            Console.Error.WriteLine("Chromium is not installed (Debian: apt-get install chromium).");
            return 1;
        }
        Directory.CreateDirectory(folder);
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Demo:Ward"] = "true" });
        await Task.Delay(Settle, TimeProvider.System);
        var patient = await MostAcuteAsync(browser, server);
        if (!all)
        {
            await TakeAsync(browser, server, folder, all, ColorScheme.Dark, 1440, 900, [("wall", "")]);
            await TakeAsync(browser, server, folder, all, ColorScheme.Light, 1440, 900, [("patient", patient)]);
            return 0;
        }
        var paths = Pages.Append(("patient", patient)).Append(("signin", "signin")).ToArray();
        foreach (var theme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await TakeAsync(browser, server, folder, all, theme, 1440, 900, paths);
            await TakeAsync(browser, server, folder, all, theme, 390, 844, paths);
        }
        return 0;
    }

    private static async Task TakeAsync(
        Browser browser, AppServer server, string folder, bool all, ColorScheme theme, int width, int height, IEnumerable<(string Name, string Path)> pages)
    {
        var context = await browser.SignInAsync(server.Address, "admin", new() { Width = width, Height = height });
        foreach (var (name, path) in pages)
        {
            if (path == "signin")
                await context.ClearCookiesAsync();
            var page = await context.NewPageAsync();
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await page.GotoAsync(path);
            await page.WaitForTimeoutAsync(2_500);
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, all ? $"{name}-{theme.ToString().ToLowerInvariant()}-{width}.png" : $"{name}.png") });
            await page.CloseAsync();
        }
        await context.CloseAsync();
    }

    private static async Task<string> MostAcuteAsync(Browser browser, AppServer server)
    {
        var context = await browser.SignInAsync(server.Address, "nurse");
        var page = await context.NewPageAsync();
        await page.GotoAsync("wall");
        var path = await page.Locator("[data-bed-tile] a").First.GetAttributeAsync("href");
        await context.CloseAsync();
        return path!.TrimStart('/');
    }
}
