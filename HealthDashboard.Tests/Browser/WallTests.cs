using System.Net.Http.Json;
using HealthDashboard.Data.Model;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>The wall and a patient's page in a real browser over the real program: what a nurse and a doctor see.</summary>
[Collection(typeof(BrowserTests))]
public sealed class WallTests(BrowserFixture browser)
{
    private static readonly Dictionary<string, string> NoDemo = new() { ["Simulation:Enabled"] = "false", ["Demo:Ward"] = "false" };

    [Fact]
    public async Task A_reading_reaches_the_wall_and_an_alarm_its_tile()
    {
        await using var server = await AppServer.StartAsync(NoDemo);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var patient = await AddPatientAsync(server);
        await using var page = await SignedInAsync(server);
        await page.Page.GotoAsync("wall?ward=W1");
        await page.IsInteractiveAsync();
        var tile = page.Page.Locator($"[data-bed-tile][data-patient-id='{patient}']");
        await Expect(tile).ToContainTextAsync("Quist, Zoe");

        await SendAsync(server, patient, ("heartRate", 72), ("systolic", 200), ("diastolic", 80));

        await Expect(tile.Locator(".v-hr")).ToContainTextAsync("72");
        await Expect(tile.Locator(".tile-alarm")).ToContainTextAsync("200 > 160");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Initials only" }).ClickAsync();
        await Expect(tile).ToContainTextAsync("Q. Z.");
        Assert.EndsWith("names=initials", page.Page.Url, StringComparison.Ordinal);
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_patients_page_draws_charts_and_takes_an_alarm()
    {
        await using var server = await AppServer.StartAsync(NoDemo);
        server.Client.DefaultRequestHeaders.Add("X-Api-Key", "demo-key");
        var patient = await AddPatientAsync(server);
        await SendAsync(server, patient, ("heartRate", 72), ("systolic", 200), ("diastolic", 80));
        await using var page = await SignedInAsync(server);
        await page.Page.GotoAsync($"patients/{patient}");

        await Expect(page.Page.Locator("[data-chart=heartRate] svg .apexcharts-series").First).ToBeAttachedAsync();
        await Expect(page.Page.Locator(".now-heartRate")).ToContainTextAsync("72");
        await Expect(page.Page.Locator(".allergies")).ToContainTextAsync("penicillin");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "NEWS2" })).ToContainTextAsync("Missing: respiratory rate");
        foreach (var range in new[] { "15 min", "1 y", "24 h" })
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = range, Exact = true }).ClickAsync();
            await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = range, Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        }
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        await Expect(page.Page.Locator(".chart-table tbody tr")).ToHaveCountAsync(1);

        await page.Page.Locator("[data-action=acknowledge]").First.ClickAsync();
        await Expect(page.Page.Locator("[data-alert-id][data-response=acknowledged]").First).ToContainTextAsync("nurse");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    private static async Task<string> AddPatientAsync(AppServer server)
    {
        var answer = await server.Client.PostAsJsonAsync("api/patients", new
        {
            mrn = "M-1", region = "North", ward = "W1", bed = "7", givenName = "Zoe", familyName = "Quist", birthDate = "1960-02-29", sex = "female", allergies = new[] { "penicillin" },
        });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<Patient>())!.Id.ToString();
    }

    private static async Task SendAsync(AppServer server, string patient, params (string Sign, double Value)[] values)
    {
        var readings = values.Select(value => new { patientId = patient, sign = value.Sign, value = value.Value, time = TimeProvider.System.GetUtcNow() });
        (await server.Client.PostAsJsonAsync("api/vitals", new { readings })).EnsureSuccessStatusCode();
    }

    private async Task<BrowserPage> SignedInAsync(AppServer server)
    {
        var page = await browser.OpenAsync(server, "signin");
        await page.Page.Locator("button[value=nurse]").ClickAsync();
        await page.IsInteractiveAsync();
        return page;
    }
}
