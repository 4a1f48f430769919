using System.Text;
using System.Text.Json;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Bench;

/// <summary>
/// From the moment at which a device posts a breach to the moment at which the alert stands in the DOM of an open alerts page, while
/// the rest of the hospital sends its readings. Both clocks are this machine's.
/// </summary>
internal static class AlertBench
{
    private const int Alerts = 100;

    // The first ones after a start find code that was never run: they are a row of their own.
    private const int First = 2;
    private const int SignsEach = 6;

    private const string Watch = """
        () => {
            window.seen = {};
            const look = () => {
                const now = Date.now();
                for (const link of document.querySelectorAll("[data-alert-card] a[href^='/patients/']"))
                    window.seen[link.getAttribute("href").slice(10)] ??= now;
            };
            new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
        }
        """;

    public static async Task RunAsync(Table table)
    {
        await using var browser = await Browser.StartAsync();
        if (browser is null)
        {
            table.Add("alert in the DOM", "not measured: Chromium is not installed");
            return;
        }
        await MeasureAsync(table, browser, 77);
        await MeasureAsync(table, browser, 5_000 / SignsEach);
    }

    private static async Task MeasureAsync(Table table, Browser browser, int beds)
    {
        await using var server = await AppServer.StartAsync(Hospital.Settings);
        var hospital = await Hospital.AdmitAsync(server, beds);
        var unwell = await Hospital.AdmitAsync(server, First + Alerts, "Breach");
        var context = await browser.SignInAsync(server.Address, "nurse");
        var page = await context.NewPageAsync();
        await page.GotoAsync("alerts");
        await page.Locator("html[data-circuit=up]").WaitForAsync(new() { State = Microsoft.Playwright.WaitForSelectorState.Attached });
        await page.EvaluateAsync(Watch);

        using var stop = new CancellationTokenSource();
        var live = hospital.LiveAsync(stop.Token);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var sent = new Dictionary<string, double>();
        var random = new Random(1);
        foreach (var patient in unwell.Patients)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50 + random.Next(200)), TimeProvider.System);
            var now = TimeProvider.System.GetUtcNow();
            var body = $$"""{"readings":[{"patientId":"{{patient}}","sign":"systolic","value":80,"time":"{{now:yyyy-MM-ddTHH:mm:ss.fffZ}}"}]}""";
            sent[patient] = (now - DateTimeOffset.UnixEpoch).TotalMilliseconds;
            await unwell.PostAsync("api/vitals", Encoding.UTF8.GetBytes(body), "application/json");
        }
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        await stop.CancelAsync();
        await live;

        var seen = await page.EvaluateAsync<JsonElement>("window.seen");
        var times = sent.Where(entry => seen.TryGetProperty(entry.Key, out _)).Select(entry => seen.GetProperty(entry.Key).GetDouble() - entry.Value).ToList();
        var beside = $"{Table.Say(beds * SignsEach)} values/s beside";
        table.Add($"the first alert after a start, POST to DOM, {beside}", $"{Table.Say(times[0])} ms");
        times.RemoveRange(0, First);
        table.Add(
            $"alert, POST to DOM, {beside}, p50 / p99",
            $"{Table.Say(Table.Percentile(times, 0.5))} / {Table.Say(Table.Percentile(times, 0.99))} ms",
            $"{times.Count} of {Alerts} seen");
        await context.CloseAsync();
    }
}
