using System.Text;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

[Collection(typeof(BrowserTests))]
public sealed class ImportPageTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task Files_are_imported_and_the_page_says_what_was_kept_and_what_was_refused(ColorScheme scheme, int width, int height)
    {
        await using var server = await AppServer.StartAsync();
        var options = new BrowserNewContextOptions { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(server, "import", options);
        var files = page.Page.GetByLabel("Files to import");
        await Expect(files).ToBeEnabledAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());

        await files.SetInputFilesAsync(
        [
            File("patients.csv", "mrn,familyName,birthDate\nI-1,Long,1960-02-29\nI-2,Late,2999-01-01\n"),
            File("a.ndjson", """{"resourceType":"Patient","id":"x","identifier":[{"value":"I-3"}],"name":[{"family":"Split"}]}"""),
            File("b.ndjson", """{"resourceType":"Condition","code":{"text":"COPD"},"subject":{"reference":"Patient/x"}}"""),
            File("broken.json", "{"),
            File("letter.txt", "x"),
        ]);

        var table = page.Page.GetByRole(AriaRole.Region, new() { Name = "patients.csv" });
        await Expect(table).ToContainTextAsync("done, some refused");
        await Expect(table).ToContainTextAsync("birthDate");
        var download = await page.Page.RunAndWaitForDownloadAsync(() => table.GetByRole(AriaRole.Link, new() { Name = "Refused as CSV" }).ClickAsync());
        Assert.StartsWith("3,Patient,", await System.IO.File.ReadAllTextAsync((await download.PathAsync())!), StringComparison.Ordinal);
        var resources = page.Page.GetByRole(AriaRole.Region, new() { Name = "a.ndjson, b.ndjson" });
        await Expect(resources.GetByRole(AriaRole.Row, new() { Name = "Condition 1 0" })).ToBeVisibleAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "broken.json" })).ToContainTextAsync("failed");
        await Expect(page.Page.GetByText("letter.txt is not imported")).ToBeVisibleAsync();
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);

        await table.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await Expect(table).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_file_that_is_dropped_is_imported()
    {
        using var folder = new TempDirectory();
        var file = folder["dropped.csv"];
        await System.IO.File.WriteAllTextAsync(file, "mrn,familyName,birthDate\nD-1,Dropped,1960-02-29\n");
        await using var server = await AppServer.StartAsync();
        await using var page = await browser.OpenAsync(server, "import");
        await Expect(page.Page.GetByLabel("Files to import")).ToBeEnabledAsync();
        var place = (await page.Page.Locator(".import-drop").BoundingBoxAsync())!;

        // As the browser itself does it with what is dragged in from another program: a script may not put files into a field.
        var session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        foreach (var step in (string[])["dragEnter", "dragOver", "drop"])
        {
            await session.SendAsync("Input.dispatchDragEvent", new()
            {
                ["type"] = step,
                ["x"] = place.X + (place.Width / 2),
                ["y"] = place.Y + (place.Height / 2),
                ["data"] = new { items = Array.Empty<object>(), files = new[] { file }, dragOperationsMask = 1 },
            });
        }

        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "dropped.csv" })).ToContainTextAsync("done");
        Assert.Empty(page.Errors);
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(text) };
}
