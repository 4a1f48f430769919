using System.Text.Json;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;

namespace HealthDashboard.Tests.Browser;

/// <summary>
/// A page in a browser profile of its own. Remembers every error that its console shows; a test that fails shows the last lines of the
/// app's log.
/// </summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private const int LogLines = 40;

    private readonly List<string> errors = [];
    private readonly AppServer server;

    public BrowserPage(IPage page, AppServer server)
    {
        this.server = server;
        Page = page;
        page.Console += (_, message) => { if (message.Type == "error") Add(message.Text); };
        page.PageError += (_, error) => Add(error);
    }

    public IPage Page { get; }

    /// <summary>What the console has shown as an error so far, including scripts and styles that the security policy stopped.</summary>
    public IReadOnlyList<string> Errors
    {
        get { lock (errors) return [.. errors]; }
    }

    /// <summary>Waits until the page's components answer to the user.</summary>
    public Task IsInteractiveAsync() => Assertions.Expect(Page.Locator("html[data-circuit=up]")).ToBeAttachedAsync();

    /// <summary>Runs axe-core on the page. Each finding is one line: rule, impact, what is wrong, and where.</summary>
    public async Task<IReadOnlyList<string>> FindAccessibilityViolationsAsync()
    {
        var axe = Path.Combine(AppServer.AppDirectory, "node_modules", "axe-core", "axe.min.js");
        await Page.EvaluateAsync(await File.ReadAllTextAsync(axe));
        var found = await Page.EvaluateAsync<JsonElement>("""
            async () => (await axe.run(document, {
                runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            })).violations.map(v => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map(n => n.target.join(" ")).join(", ")}`)
            """);
        return [.. found.EnumerateArray().Select(line => line.GetString()!)];
    }

    /// <summary>Text below 7 to 1 [WCAG 1.4.6], as axe-core finds it.</summary>
    public async Task<IReadOnlyList<string>> FindTooLittleContrastAsync()
    {
        var found = await Page.EvaluateAsync<JsonElement>("""
            async () => (await axe.run(document, { runOnly: ["color-contrast-enhanced"] })).violations
                .flatMap(v => v.nodes.map(n => `${n.target.join(" ")}: ${n.any[0].message}`))
            """);
        return [.. found.EnumerateArray().Select(line => line.GetString()!)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in server.Output.Split('\n').TakeLast(LogLines))
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        await Page.Context.DisposeAsync();
    }

    private void Add(string error)
    {
        lock (errors)
            errors.Add(error);
    }
}
