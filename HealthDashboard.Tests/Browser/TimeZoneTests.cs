using System.Globalization;
using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A hospital in one time zone, looked at from another: everybody reads the hospital's time.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class TimeZoneTests(BrowserFixture browser)
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");

    [Fact]
    public async Task Pages_axes_and_banners_show_the_hospitals_time_and_name_its_zone()
    {
        await using var server = await AppServer.StartAsync(new Dictionary<string, string> { ["Simulation:Enabled"] = "false", ["Hospital:TimeZone"] = Zone.Id });
        var ward = new DemoWard(server);
        var patient = await ward.AdmitAsync("Zone");
        var before = Now();
        await ward.MeasureAsync(patient, 80);
        await using var page = await browser.NewPageAsync(server, new() { TimezoneId = "America/New_York", ViewportSize = new() { Width = 1440, Height = 3000 } });

        await page.Page.GotoAsync($"patients/{patient}");
        await Expect(page.Page.Locator(".chart-window")).ToContainTextAsync("Asia/Kolkata");
        // The window is so high that all charts are drawn. Every ten minutes there is a mark on the axis of an hour.
        var mark = new DateTime(before.Ticks / TimeSpan.FromMinutes(10).Ticks * TimeSpan.FromMinutes(10).Ticks);
        var label = mark.TimeOfDay == TimeSpan.Zero ? $"{mark:d MMM}" : $"{mark:HH:mm}";
        await Expect(page.Page.Locator(".chart-pressure [data-axis] li").Filter(new() { HasText = label })).ToHaveCountAsync(1);
        Assert.InRange(await TimeInAsync(page.Page.Locator("[data-alert-id] .alert-age").First), before.AddSeconds(-1), Now());

        foreach (var path in new[] { "patients", "wall", "alerts", "alerts/history" })
        {
            await page.Page.GotoAsync(path);
            await Expect(page.Page.Locator(".zone")).ToHaveTextAsync("Asia/Kolkata");
        }
        await Expect(page.Page.Locator("td time").First).ToBeVisibleAsync();
        Assert.InRange(await TimeInAsync(page.Page.Locator("td time").First), before.AddSeconds(-1), Now());
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);

        await server.StopAsync();
        var banner = page.Page.GetByText("Feed lost since");
        await Expect(banner).ToBeVisibleAsync();
        Assert.InRange(await TimeInAsync(banner), before.AddSeconds(-1), Now());
    }

    private static DateTime Now() => TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), Zone).DateTime;

    // The first time in a text; today, or yesterday when midnight has passed since.
    private static async Task<DateTime> TimeInAsync(ILocator where)
    {
        var time = TimeSpan.Parse(Clock().Match(await where.InnerTextAsync()).Value, CultureInfo.InvariantCulture);
        var today = Now().Date + time;
        return today > Now() ? today.AddDays(-1) : today;
    }

    [GeneratedRegex(@"\d\d:\d\d:\d\d", RegexOptions.None, 1000)]
    private static partial Regex Clock();
}
