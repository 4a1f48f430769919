using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A shift is handed over and its sheets are printed.</summary>
[Collection(typeof(BrowserTests))]
public sealed partial class HandoverTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_charge_nurse_hands_a_nurses_patients_over_and_prints_a_sheet_of_each(ColorScheme theme, int width, int height)
    {
        var ward = new DemoWard(shared.Server);
        var (giver, taker) = ($"Gina {theme}", $"Tara {theme}");
        var (from, _) = (await AddAsync(giver), await AddAsync(taker));
        List<string> patients = [];
        for (var n = 1; n <= 3; n++)
        {
            patients.Add(await ward.AdmitAsync($"Handed{n}{theme}", bed: $"{theme.ToString()[0]}{n}"));
            await SendAsync($"api/patients/{patients[^1]}/care-team", new { clinicianId = from, role = "assignedNurse" });
        }
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "handover", options, account: "charge");
        await page.IsInteractiveAsync();
        await page.Page.GetByLabel("From", new() { Exact = true }).SelectOptionAsync(from);
        await Expect(page.Page.Locator("[data-row]")).ToHaveCountAsync(3);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Hand over 0 patients" })).ToBeDisabledAsync();
        await CheckAsync(page);

        await page.Page.GetByLabel("To", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = taker });
        await page.Page.Locator($"[data-row='{patients[2]}'] select").SelectOptionAsync("-");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Hand over 2 patients" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Hand over 2 patients?" })).ToBeFocusedAsync();
        await Expect(page.Page.Locator(".handover-confirm")).ToContainTextAsync($"1 patient stays with {giver}");
        await CheckAsync(page);
        // Somebody else is quicker with one of them.
        await SendAsync($"api/patients/{patients[1]}/care-team?clinicianId={from}&role=assignedNurse", null);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Hand over", Exact = true }).ClickAsync();
        var done = page.Page.Locator("[data-handed-over]");
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "1 patient is handed over" })).ToBeFocusedAsync();
        await Expect(done.Locator("[data-left]")).ToContainTextAsync("there is no assigned nurse");
        await CheckAsync(page);
        await done.GetByRole(AriaRole.Button, new() { Name = "Hand over more" }).ClickAsync();
        await Expect(page.Page.Locator("[data-row]")).ToHaveCountAsync(1);

        await page.Page.GetByRole(AriaRole.Link, new() { Name = "SBAR sheets" }).ClickAsync();
        await Expect(page.Page.Locator("[data-sheet]")).ToHaveCountAsync(1);
        await page.Page.GotoAsync($"handover/sbar?patients={string.Join(',', patients)}");
        await Expect(page.Page.Locator("[data-sheet]")).ToHaveCountAsync(3);
        await Expect(page.Page.GetByRole(AriaRole.Button, new() { Name = "Print" })).ToBeEnabledAsync();
        await CheckAsync(page);
        Assert.Equal(3, PagesOf(await page.Page.PdfAsync(new() { PreferCSSPageSize = true })));

        await page.Page.GotoAsync($"patients/{patients[0]}");
        await page.IsInteractiveAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "SBAR", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("[data-sheet]")).ToHaveCountAsync(1);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_nurse_finds_her_own_patients_and_the_sheets_of_a_whole_ward_have_a_page_each()
    {
        const int Count = 5;
        var nina = await AddAsync("Nina", account: "nurse");
        var ward = new DemoWard(shared.Server);
        for (var n = 1; n < Count; n++)
            await SendAsync($"api/patients/{await ward.AdmitAsync($"Own{n}", bed: $"N{n}")}/care-team", new { clinicianId = nina, role = "assignedNurse" });
        // As much as a sheet has room for, and more.
        var full = await SendAsync("api/patients", new
        {
            mrn = "T-Full",
            region = "Testland",
            ward = "Test ward",
            bed = "N9",
            givenName = "Maximiliana Theodora Wilhelmina",
            familyName = "von und zu Hohenstein-Wildenburg",
            birthDate = "1941-03-02",
            allergies = Enumerable.Range(1, 6).Select(i => $"Substance number {i}: anaphylaxis"),
            medications = Enumerable.Range(1, 14).Select(i => $"Medication number {i} with a rather long name 500 mg by mouth three times a day"),
            medicalHistory = Enumerable.Range(1, 18).Select(i => new { condition = $"Condition number {i} of some length, not elsewhere classified", diagnosed = "2011-05-01", code = "J44.9", abatement = i > 9 ? "2012-01-01" : null }),
        });
        var fullId = full.GetProperty("id").GetString();
        for (var n = 0; n < 5; n++)
            await SendAsync($"api/patients/{fullId}/notes", new { text = string.Concat(Enumerable.Repeat("The patient slept well and had some pain. ", 8)) });
        await SendAsync($"api/patients/{fullId}/observations", new { respiratoryRate = 26, spo2 = 84, oxygenFlow = 4, systolic = 80, diastolic = 40, heartRate = 155, consciousness = "V", temperature = 39.4 });
        await SendAsync($"api/patients/{fullId}/care-team", new { clinicianId = nina, role = "assignedNurse" });
        await using var page = await browser.OpenAsync(shared.Server, "handover");
        await page.IsInteractiveAsync();
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Hand over your shift" })).ToBeVisibleAsync();
        await Expect(page.Page.Locator("[data-row]")).ToHaveCountAsync(Count);
        await CheckAsync(page);
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "SBAR sheets" }).ClickAsync();
        await Expect(page.Page.Locator("[data-sheet]")).ToHaveCountAsync(Count);
        Assert.Equal(Count, PagesOf(await page.Page.PdfAsync(new() { PreferCSSPageSize = true })));
        await CheckAsync(page);
    }

    private static int PagesOf(byte[] pdf) => PdfPage().Count(Encoding.Latin1.GetString(pdf));

    [GeneratedRegex(@"/Type\s*/Page\b", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex PdfPage();

    private async Task<string> AddAsync(string name, string? account = null)
    {
        var added = await SendAsync("api/clinicians", new { name, profession = "nurse", region = "Testland", ward = "Test ward", account });
        return added.GetProperty("id").GetString()!;
    }

    // Without a body something is deleted.
    private async Task<JsonElement> SendAsync(string path, object? body)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Delete : HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Api-Key", "demo-key");
        using var answer = await shared.Server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return body is null ? default : await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Equal("", string.Join("\n", await page.FindAccessibilityViolationsAsync()));
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
