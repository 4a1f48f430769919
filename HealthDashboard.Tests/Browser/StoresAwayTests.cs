using System.Net;
using System.Net.Sockets;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>Every server unavailable at once: each page opens, stays, and says in a line what it cannot show.</summary>
[Collection(typeof(BrowserTests))]
public sealed class StoresAwayTests(BrowserFixture browser)
{
    [Fact]
    public async Task Pages_open_and_say_what_is_missing()
    {
        var nobody = NobodyAnswers();
        await using var server = await AppServer.StartAsync(new Dictionary<string, string>
        {
            ["Simulation:Enabled"] = "false",
            ["Stores:Vitals"] = "InfluxDb",
            ["ConnectionStrings:InfluxDb"] = $"http://{nobody}",
            ["Stores:CareTeam"] = "Neo4j",
            ["ConnectionStrings:Neo4j"] = $"http://{nobody}",
            ["Stores:Analytics"] = "Cassandra",
            ["ConnectionStrings:Cassandra"] = $"Contact Points={nobody};Datacenter=dc1",
            ["Stores:Alerts"] = "Redis",
            ["ConnectionStrings:Redis"] = $"{nobody}",
        });
        var ward = new DemoWard(server);
        var patient = await ward.AdmitAsync("Alone");
        // Acknowledged all the same: it waits in the spool.
        await ward.MeasureAsync(patient, 80);

        await using var page = await browser.NewPageAsync(server);
        await ShowsAsync(page, "", "Alone, Tess", "Feed lost");
        await ShowsAsync(page, "patients", "Alone, Tess");
        await ShowsAsync(page, $"patients/{patient}", "Alone, Tess", "SYS", "The store of vital signs is unavailable");
        await ShowsAsync(page, $"patients/{patient}?tab=team", "Alone, Tess", "The store of care teams is unavailable");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "72 h" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "Contacts" })).ToContainTextAsync("The contacts cannot be read now");
        await ShowsAsync(page, "alerts", "Feed lost");
        await ShowsAsync(page, "alerts/history", "The store of alerts is unavailable");
        await ShowsAsync(page, "system", "Needs attention", "Unavailable since");
        await Expect(page.Page.Locator("[data-store=patients]")).ToHaveAttributeAsync("data-status", "Healthy");
    }

    private static async Task ShowsAsync(BrowserPage page, string path, params string[] texts)
    {
        await page.Page.GotoAsync(path);
        await page.IsInteractiveAsync();
        foreach (var text in texts)
            await Expect(page.Page.Locator("body")).ToContainTextAsync(text);
        await Expect(page.Page.Locator("html[data-circuit=up]")).ToBeAttachedAsync();
    }

    private static IPEndPoint NobodyAnswers()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }
}
