using System.Text.RegularExpressions;
using HealthDashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>The nurses' list of alerts, in real browsers on the real app.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class AlertPageTests(BrowserFixture browser, DemoWard.Shared app) : IClassFixture<DemoWard.Shared>
{
    [Fact]
    public async Task A_breach_shows_on_every_screen_and_so_does_who_took_it()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Breach");
        await using var one = await OpenAsync(app.Server, "nurse");
        await using var two = await OpenAsync(app.Server, "doctor");

        await ward.MeasureAsync(patient, 80);
        await Expect(Line(one, "Breach")).ToContainTextAsync("SYS 80 < 90");
        await Expect(Card(one, "Breach")).ToContainTextAsync("Breach, Tess");
        await Expect(Line(two, "Breach")).ToHaveAttributeAsync("data-response", "unacknowledged");
        await Expect(one.Page).ToHaveTitleAsync(CallingTitle());

        await Card(one, "Breach").GetByRole(AriaRole.Button, new() { Name = "Acknowledge with a note" }).ClickAsync();
        await one.Page.GetByLabel("Note", new() { Exact = true }).FillAsync("cuff moved");
        await one.Page.Keyboard.PressAsync("Enter");

        await Expect(Line(two, "Breach")).ToHaveAttributeAsync("data-response", "acknowledged");
        await Expect(Line(two, "Breach")).ToContainTextAsync("Nina Novak: cuff moved");
        Assert.Empty(one.Errors);
        Assert.Empty(two.Errors);
    }

    [Fact]
    public async Task Two_screens_say_that_the_feed_is_lost_and_catch_up_without_a_reload()
    {
        await using var server = await DemoWard.StartAsync();
        var ward = new DemoWard(server);
        await using var one = await OpenAsync(server, "nurse");
        await using var two = await OpenAsync(server, "doctor");
        BrowserPage[] screens = [one, two];
        await ward.MeasureAsync(await ward.AdmitAsync("Outage"), 80);
        foreach (var screen in screens)
        {
            await Expect(Line(screen, "Outage")).ToHaveAttributeAsync("data-response", "unacknowledged");
            await screen.Page.EvaluateAsync("window.__marker = 1");
        }
        await Card(one, "Outage").FocusAsync();
        await one.Page.Keyboard.PressAsync("a");
        await Expect(Line(two, "Outage")).ToHaveAttributeAsync("data-response", "acknowledged");

        Assert.Equal(0, await server.StopAsync());
        foreach (var screen in screens)
            await Expect(screen.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Feed lost since" })).ToBeVisibleAsync(new() { Timeout = 10_000 }); // Five, on a machine that is slow.

        await server.StartAgainAsync();
        await ward.MeasureAsync(await ward.AdmitAsync("Missed"), 70);
        foreach (var screen in screens)
        {
            await Expect(Line(screen, "Missed")).ToHaveAttributeAsync("data-response", "unacknowledged");
            await Expect(Line(screen, "Outage")).ToHaveAttributeAsync("data-response", "acknowledged");
            await Expect(screen.Page.GetByText("Feed lost since")).ToHaveCountAsync(0);
            Assert.Equal(1, await screen.Page.EvaluateAsync<int>("window.__marker"));
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_while_the_page_catches_up_is_made_again()
    {
        await using var page = await browser.NewPageAsync(app.Server);
        var (connections, caughtUp) = (0, false);
        await page.Page.RouteWebSocketAsync(HubAddress(), socket =>
        {
            var first = ++connections == 1;
            var server = socket.ConnectToServer();
            var answered = false;
            socket.OnMessage(frame =>
            {
                // Whoever connects asks once; the first connection breaks over the next question, which is a heartbeat's.
                if (first && answered && frame.Text!.Contains("\"Resync\"", StringComparison.Ordinal))
                    _ = socket.CloseAsync();
                else
                    server.Send(frame.Text!);
            });
            server.OnMessage(frame =>
            {
                // A heartbeat that says there is more than the page has: the page asks.
                var isHeartbeat = first && frame.Text!.Contains("\"heartbeat\"", StringComparison.Ordinal);
                socket.Send(isHeartbeat ? Sequence().Replace(frame.Text!, "\"sequence\":9007199254740991") : frame.Text!);
                answered |= frame.Text!.Contains("\"snapshot\"", StringComparison.Ordinal);
                caughtUp |= answered && !first;
            });
        });
        await page.Page.GotoAsync("alerts");
        await page.IsInteractiveAsync();

        await Eventually.HoldsAsync(() => caughtUp, "a second connection that catches up");
    }

    [Fact]
    public async Task A_page_asks_one_question_at_a_time()
    {
        await using var page = await browser.NewPageAsync(app.Server);
        var (asked, askedMeanwhile, beats) = (0, 0, 0);
        string? answer = null;
        await page.Page.RouteWebSocketAsync(HubAddress(), socket =>
        {
            var server = socket.ConnectToServer();
            socket.OnMessage(frame =>
            {
                asked += frame.Text!.Contains("\"Resync\"", StringComparison.Ordinal) ? 1 : 0;
                server.Send(frame.Text!);
            });
            server.OnMessage(frame =>
            {
                if (answer is null && frame.Text!.Contains("\"snapshot\"", StringComparison.Ordinal))
                    answer = frame.Text;
                else if (askedMeanwhile == 0 && answer is not null && frame.Text!.Contains("\"heartbeat\"", StringComparison.Ordinal))
                {
                    // While the answer is held back, heartbeats say that there is more. What the first of them made the page
                    // send has come before the third.
                    socket.Send(Sequence().Replace(frame.Text!, "\"sequence\":9007199254740991"));
                    if (++beats < 3)
                        return;
                    askedMeanwhile = asked;
                    socket.Send(answer);
                }
                else
                    socket.Send(frame.Text!);
            });
        });
        await page.Page.GotoAsync("alerts");

        await Eventually.HoldsAsync(() => askedMeanwhile > 0, "three heartbeats before the answer");
        Assert.Equal(1, askedMeanwhile);
        var ward = new DemoWard(app.Server);
        await ward.MeasureAsync(await ward.AdmitAsync("Afterwards"), 80);
        await Expect(Line(page, "Afterwards")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_list_works_by_keyboard_and_the_focus_stays_with_its_alert()
    {
        var ward = new DemoWard(app.Server);
        // A pressure that raises no NEWS2 alert: one that came half a minute later would take the place above.
        await ward.MeasureAsync(await ward.AdmitAsync("First"), 170);
        await using var page = await OpenAsync(app.Server, "nurse");
        var first = Card(page, "First");
        await first.FocusAsync();
        await page.Page.Keyboard.PressAsync("s");
        await Expect(first.GetByText("Silenced").Locator("time[data-countdown]")).ToBeVisibleAsync();

        // A newer alert takes a place above, and the focus stays with the older one.
        await ward.MeasureAsync(await ward.AdmitAsync("Second"), 175);
        await Expect(Line(page, "Second")).ToBeVisibleAsync();
        await Expect(first).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("k");
        await Expect(Card(page, "Second")).ToBeFocusedAsync();
        await page.Page.Keyboard.PressAsync("j");
        await Expect(first).ToBeFocusedAsync();

        await page.Page.Keyboard.PressAsync("a");
        await Expect(Line(page, "First")).ToHaveAttributeAsync("data-response", "acknowledged");
        await Expect(first).ToBeFocusedAsync();
        await Expect(Line(page, "Second")).ToHaveAttributeAsync("data-response", "unacknowledged");
        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_phone_the_details_give_way_to_the_list_when_their_alerts_end()
    {
        var ward = new DemoWard(app.Server);
        var patient = await ward.AdmitAsync("Leaving");
        await ward.MeasureAsync(patient, 80);
        await ward.MeasureAsync(await ward.AdmitAsync("Staying"), 80);
        await using var page = await browser.NewPageAsync(app.Server, new() { ViewportSize = new() { Width = 390, Height = 844 } });
        await page.Page.GotoAsync("alerts?region=Testland");
        await page.IsInteractiveAsync();

        await Card(page, "Leaving").Locator("[data-action=open]").ClickAsync();
        await Expect(page.Page.Locator(".alert-detail h2")).ToContainTextAsync("Leaving, Tess");
        await Expect(Card(page, "Staying")).ToBeHiddenAsync();
        await ward.DischargeAsync(patient);

        await Expect(Card(page, "Staying")).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".alert-detail")).ToBeHiddenAsync();
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task An_administrator_may_look_and_no_more()
    {
        var ward = new DemoWard(app.Server);
        await ward.MeasureAsync(await ward.AdmitAsync("Looked-at"), 80);
        await using var page = await OpenAsync(app.Server, "admin");

        await Expect(Line(page, "Looked-at")).ToBeVisibleAsync();
        await Expect(page.Page.Locator("[data-action]:not([data-action=open])")).ToHaveCountAsync(0);
    }

    [GeneratedRegex(@"^\(\d+\) \*{2,3} Alerts - HealthDashboard$", RegexOptions.None, 1000)]
    private static partial Regex CallingTitle();

    [GeneratedRegex("/hubs/alerts", RegexOptions.None, 1000)]
    private static partial Regex HubAddress();

    [GeneratedRegex("\"sequence\":\\d+", RegexOptions.None, 1000)]
    private static partial Regex Sequence();

    private async Task<BrowserPage> OpenAsync(AppServer server, string account)
    {
        var page = await browser.NewPageAsync(server, account: account);
        await page.Page.GotoAsync("alerts?region=Testland");
        await page.IsInteractiveAsync();
        return page;
    }

    private static ILocator Card(BrowserPage page, string familyName) =>
        page.Page.Locator("[data-alert-card]").Filter(new() { HasText = $"{familyName}, Tess" });

    // A pressure this low has a NEWS2 alert too, half a minute later.
    private static ILocator Line(BrowserPage page, string familyName) =>
        Card(page, familyName).Locator("[data-alert-id]").Filter(new() { HasText = "SYS" });
}
