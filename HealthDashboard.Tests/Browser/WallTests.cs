using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>The wall and a patient's page in a real browser on the real app: what a nurse and a doctor see.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class WallTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task A_reading_and_its_alarm_reach_the_tile()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Wall");
        await using var page = await OpenAsync("wall?ward=Test+ward");
        var tile = page.Page.Locator($"[data-bed-tile][data-patient-id='{patient}']");
        await Expect(tile).ToContainTextAsync("Wall, Tess");

        await ward.MeasureAsync(patient, 80);

        await Expect(tile.Locator(".v-bp")).ToContainTextAsync("80/");
        await Expect(tile.Locator(".tile-alarm")).ToContainTextAsync("80 < 90");
        await Expect(tile.Locator(".news")).ToContainTextAsync("\u22653");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task The_address_remembers_what_a_wall_shows()
    {
        var patient = await new DemoWard(app.Server).AdmitAsync("Secret");
        await using var page = await OpenAsync("wall?ward=Test+ward");

        await ViewAsync();
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Initials only" }).ClickAsync();
        await Expect(page.Page.Locator($"[data-patient-id='{patient}']")).ToContainTextAsync("S. T.");
        await page.Page.GetByLabel("Order", new() { Exact = true }).SelectOptionAsync("acuity");
        await Expect(page.Page).ToHaveURLAsync(AcuityOrder());
        await page.Page.ReloadAsync();
        await page.IsInteractiveAsync();

        await Expect(page.Page.Locator($"[data-patient-id='{patient}']")).ToContainTextAsync("S. T.");
        await ViewAsync();
        await Expect(page.Page.GetByLabel("Order", new() { Exact = true })).ToHaveValueAsync("acuity");
        await page.Page.GetByLabel("Alarms", new() { Exact = true }).SelectOptionAsync("High");
        await Expect(page.Page.Locator($"[data-patient-id='{patient}']")).ToHaveCountAsync(0);

        Task ViewAsync() => page.Page.GetByRole(AriaRole.Button, new() { Name = "View:" }).ClickAsync();
    }

    [Fact]
    public async Task Who_calls_is_acknowledged_on_the_wall_and_no_tile_moves()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Strip");
        await using var page = await OpenAsync("wall");
        var tile = page.Page.Locator($"[data-bed-tile][data-patient-id='{patient}']");
        var call = page.Page.Locator(".call").Filter(new() { HasText = "Strip, Tess" });
        var before = await PlacesAsync(page.Page);

        await ward.MeasureAsync(patient, 80);
        await Expect(tile.Locator(".tile-alarm.is-calling")).ToContainTextAsync("80 < 90");
        await Expect(call).ToContainTextAsync("80 < 90");
        await StandAsync();
        await call.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(call).ToHaveCountAsync(0);
        await Expect(tile.Locator(".tile-alarm.is-acknowledged")).ToContainTextAsync("Nina Novak");
        await StandAsync();
        Assert.Empty(page.Errors);

        async Task StandAsync()
        {
            var now = await PlacesAsync(page.Page);
            Assert.Equal(before, now);
        }
    }

    [Theory]
    [InlineData(1280, 720)]
    [InlineData(1920, 1080)]
    [InlineData(3840, 2160)]
    public async Task All_beds_fill_the_screen_without_scrolling_and_no_text_covers_another(int width, int height)
    {
        await new DemoWard(app.Server).AdmitAsync($"Fill{width}");
        await using var page = await browser.NewPageAsync(app.Server, new() { ViewportSize = new() { Width = width, Height = height } });
        await page.Page.GotoAsync("wall");
        await page.IsInteractiveAsync();
        await Expect(page.Page.Locator("[data-bed-tile]").First).ToBeVisibleAsync();

        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth"));
        var covered = await CoveredAsync(page.Page);
        Assert.Empty(covered);
    }

    [Fact]
    public async Task A_patients_page_draws_charts_names_what_is_missing_and_takes_an_alarm()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Chart");
        await ward.MeasureAsync(patient, 80);
        await using var page = await OpenAsync($"patients/{patient}");

        await Expect(page.Page.Locator("[data-chart=pressure] .apexcharts-series").First).ToBeAttachedAsync();
        await Expect(page.Page.Locator(".now-systolic")).ToContainTextAsync("80");
        await Expect(page.Page.GetByRole(AriaRole.Region, new() { Name = "NEWS2" })).ToContainTextAsync("Missing: respiratory rate");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Table" }).ClickAsync();
        await page.Page.GetByLabel("Sign", new() { Exact = true }).SelectOptionAsync("Systolic");
        foreach (var range in new[] { "15 min", "1 y", "24 h" })
        {
            var button = page.Page.GetByRole(AriaRole.Group, new() { Name = "Time range" }).GetByRole(AriaRole.Button, new() { Name = range, Exact = true });
            await button.ClickAsync();
            await Expect(button).ToHaveAttributeAsync("aria-pressed", "true");
            await Expect(page.Page.Locator(".chart-table tbody tr")).ToHaveCountAsync(1);
        }

        await page.Page.Locator("[data-action=acknowledge]").First.ClickAsync();
        await Expect(page.Page.Locator("[data-alert-id][data-response=acknowledged]").First).ToContainTextAsync("Nina Novak");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Limits_that_cannot_be_are_refused_and_others_hold_at_once()
    {
        var patient = await new DemoWard(app.Server).AdmitAsync("Limits");
        await using var page = await OpenAsync($"patients/{patient}?tab=limits");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        await page.Page.GetByLabel("HR low").FillAsync("130");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Page.Locator(".limit-form [role=alert]")).ToContainTextAsync("HR low is 130");
        await page.Page.GetByLabel("HR low").FillAsync("55");
        await page.Page.GetByLabel("HR low").PressAsync("Enter");

        await Expect(page.Page.Locator(".now-heartRate .now-limits")).ToHaveTextAsync("55\u2013120");
        await Expect(page.Page.Locator(".limit-table tr").Filter(new() { HasText = "HR" })).ToContainTextAsync("patient");
    }

    [Fact]
    public async Task A_tile_keeps_the_colour_of_what_is_acknowledged_and_true_beside_a_new_lesser_alarm()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Colour");
        await ward.MeasureAsync(patient, 80);
        await using (var record = await OpenAsync($"patients/{patient}"))
        {
            await Expect(record.Page.Locator(".now-systolic.is-alarming.alarm-medium")).ToBeVisibleAsync();
            await record.Page.Locator("[data-action=acknowledge]").First.ClickAsync();
            await Expect(record.Page.Locator("[data-alert-id][data-response=acknowledged]")).ToBeVisibleAsync();
            await Expect(record.Page.Locator("[data-monitoring]")).ToHaveTextAsync("spot checks");
            await Expect(record.Page.Locator("[data-due]")).ToContainTextAsync("Observations due");
        }
        // A low alarm: the pressures contradict each other.
        await ward.MeasureAsync(patient, ("systolic", 80), ("diastolic", 85));

        await using var page = await OpenAsync("wall?ward=Test+ward");
        var tile = page.Page.Locator($"[data-bed-tile][data-patient-id='{patient}']");
        await Expect(tile.Locator(".tile-alarm.alarm-low")).ToContainTextAsync("Pressures contradict");
        await Expect(tile).ToHaveClassAsync(Coloured("medium"));
        await Expect(tile.Locator(".v-bp.alarm-medium")).ToContainTextAsync("80/85");
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.Empty(page.Errors);
    }

    private static Regex Coloured(string priority) => new($@"\bis-alarming alarm-{priority}\b", RegexOptions.None, TimeSpan.FromSeconds(1));

    // Where each tile is and how large, with whom it shows.
    private static Task<string[]> PlacesAsync(IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll("[data-bed-tile]")].map(tile => {
            const { x, y, width, height } = tile.getBoundingClientRect();
            return `${tile.dataset.patientId} ${[x, y, width, height].map(Math.round)}`;
        })
        """);

    // Pairs of texts of one tile whose boxes overlap by more than a pixel, and texts that reach out of their tile.
    private static Task<string[]> CoveredAsync(IPage page) => page.EvaluateAsync<string[]>("""
        () => [...document.querySelectorAll("[data-bed-tile]")].flatMap(tile => {
            const edge = tile.getBoundingClientRect();
            const boxes = [];
            const walker = document.createTreeWalker(tile, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const node = walker.currentNode;
                const style = getComputedStyle(node.parentElement);
                if (!node.nodeValue.trim() || style.clipPath !== "none" || style.visibility === "hidden") continue;
                const range = document.createRange();
                range.selectNodeContents(node);
                const clip = node.parentElement.getBoundingClientRect();
                const { left, top, right, bottom, width } = range.getBoundingClientRect();
                if (width === 0) continue;
                boxes.push({ text: node.nodeValue.trim(), left, top, right: style.overflow === "hidden" ? Math.min(right, clip.right) : right, bottom });
            }
            const wrong = boxes.filter(a => a.right > edge.right + 1 || a.left < edge.left - 1).map(a => `${a.text} leaves its tile`);
            boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
                const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                // Lines stand close; what covers another does it by more than the space between them.
                if (across > 1 && down > 0.35 * Math.min(a.bottom - a.top, b.bottom - b.top)) wrong.push(`${a.text} covers ${b.text}`);
            }));
            return wrong;
        })
        """);

    [GeneratedRegex("[?&]sort=acuity", RegexOptions.None, 1000)]
    private static partial Regex AcuityOrder();

    private async Task<BrowserPage> OpenAsync(string path)
    {
        var page = await browser.NewPageAsync(app.Server);
        await page.Page.GotoAsync(path);
        await page.IsInteractiveAsync();
        return page;
    }
}
