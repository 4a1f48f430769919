using System.Net.Http.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A patient's charts where there is little to draw, and beyond the first screen.</summary>
[Collection(typeof(BrowserTests))]
public sealed class ChartPageTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task A_chart_without_values_says_when_the_last_one_was_and_zooming_out_never_shows_the_future()
    {
        var patient = await new DemoWard(app.Server).AdmitAsync("Chart-old");
        var now = TimeProvider.System.GetUtcNow();
        await SendAsync(patient, "temperature", 38.6, now.AddHours(-3));
        await SendAsync(patient, "heartRate", 72, now);
        await using var page = await browser.OpenAsync(app.Server, $"patients/{patient}");
        await page.IsInteractiveAsync();
        var temperature = page.Page.Locator(".chart-temperature");
        await Expect(temperature.Locator(".chart-none")).ToContainTextAsync("No values in this time, last 38.6 at ");
        await Expect(temperature.Locator("[data-chart]")).ToBeHiddenAsync();
        await Expect(page.Page.Locator(".chart-heartRate [data-chart]")).ToBeVisibleAsync();

        for (var i = 0; i < 3; i++)
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Zoom out" }).ClickAsync();
        await Expect(temperature.Locator(".chart-none")).ToHaveCountAsync(0);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Live", Exact = true })).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_chart_that_nobody_has_scrolled_to_is_drawn_once_for_whoever_prints()
    {
        var patient = await new DemoWard(app.Server).AdmitAsync("Chart-print");
        await SendAsync(patient, "temperature", 37.2, TimeProvider.System.GetUtcNow());
        await using var page = await browser.OpenAsync(app.Server, $"patients/{patient}", new() { ViewportSize = new() { Width = 800, Height = 300 } });
        await Expect(page.Page.Locator("[data-chart=temperature][data-drawn]")).ToBeAttachedAsync();
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("Math.round(scrollY)"));
    }

    private async Task SendAsync(string patientId, string sign, double value, DateTimeOffset time)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/vitals") { Content = JsonContent.Create(new { readings = new[] { new { patientId, sign, value, time } } }) };
        request.Headers.Add("X-Api-Key", "demo-key");
        using var answer = await app.Server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
