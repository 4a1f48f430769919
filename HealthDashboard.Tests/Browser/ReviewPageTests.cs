using System.Text.Json;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A doctor looks back at an alert from the history, says what it was, and it stands there.</summary>
[Collection(typeof(BrowserTests))]
public sealed class ReviewPageTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task An_alert_is_looked_back_at_and_said_what_it_was(ColorScheme theme, int width, int height)
    {
        var (ward, name) = ($"Review {width}", $"Review-{theme}-{width}");
        var demo = new DemoWard(shared.Server);
        var patient = await demo.AdmitAsync(name, ward: ward, bed: $"{width}");
        await demo.MeasureAsync(patient, systolic: 80);
        await Eventually.HoldsAsync(async () => (await AlertsAsync(patient)).GetArrayLength() > 0, "the alert");
        var id = (await AlertsAsync(patient))[0].GetProperty("id").GetString();

        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, $"alerts/history?patient={name}", options, account: "doctor");
        var main = page.Page.GetByRole(AriaRole.Main);
        await CheckAsync(page);
        await main.GetByRole(AriaRole.Link, new() { Name = "Review SYS 80 < 90" }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = "Event review" })).ToBeVisibleAsync();
        await page.IsInteractiveAsync();
        await Expect(main.GetByText("Nobody has reviewed it.")).ToBeVisibleAsync();
        await Expect(main.GetByRole(AriaRole.Img, new() { Name = "SYS" })).ToBeVisibleAsync();
        await CheckAsync(page);

        await main.GetByRole(AriaRole.Radio, new() { Name = "artefact" }).CheckAsync();
        await main.GetByLabel("Comment, if any").FillAsync("Cuff too loose");
        await main.GetByRole(AriaRole.Button, new() { Name = "Save review" }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Status)).ToHaveTextAsync("Saved");
        await Expect(main.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Cuff too loose" })).ToBeVisibleAsync();
        await CheckAsync(page);

        await page.Page.ReloadAsync();
        await Expect(main.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Cuff too loose" })).ToBeVisibleAsync();
        await page.Page.GotoAsync(new Uri(shared.Server.Client.BaseAddress!, $"alerts/history?patient={name}").ToString());
        await Expect(main.GetByText("artefact", new() { Exact = true })).ToBeVisibleAsync();
        await CheckAsync(page);
        Assert.Equal(("artefact", id), ((await AlertsAsync(patient))[0].GetProperty("review").GetProperty("verdict").GetString(), (await AlertsAsync(patient))[0].GetProperty("id").GetString()));
    }

    private async Task<JsonElement> AlertsAsync(string patient)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/alerts?state=all&patientId={patient}");
        request.Headers.Add("X-Api-Key", "demo-key");
        using var answer = await shared.Server.Client.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("items");
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        // What has been scrolled behind the bar counts as too small.
        await page.Page.EvaluateAsync("scrollTo(0, 0)");
        if (string.Join('\n', await page.FindAccessibilityViolationsAsync()) is { Length: > 0 } violations)
            Assert.Fail(violations);
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
