using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>A nurse asks the graph of care, one question after the other.</summary>
[Collection(typeof(BrowserTests))]
public sealed class QuestionPagesTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task Each_question_is_asked_and_answered(ColorScheme theme, int width, int height)
    {
        var name = $"Asked-{theme}-{width}";
        var patient = await new DemoWard(shared.Server).AdmitAsync(name, room: "Q1", bed: $"{width}");
        var nurse = await AddAsync($"Asked, Nina {width}", "nurse");
        await AddAsync($"Asked, Omar {width}", "doctor");
        (await SendAsync($"api/patients/{patient}/care-team", new { clinicianId = nurse, role = "assignedNurse" })).Dispose();
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "care-team/questions", options);
        var main = page.Page.GetByRole(AriaRole.Main);
        await CheckAsync(page);

        await main.GetByRole(AriaRole.Link, new() { Name = "Who covers Whom" }).ClickAsync();
        await main.GetByLabel("Patient: name").FillAsync(name);
        await main.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await CheckAsync(page);
        await main.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await Expect(main.GetByText("As of")).ToContainTextAsync("from ");
        await Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($"patient={patient}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await CheckAsync(page);

        await main.GetByLabel("or a ward").SelectOptionAsync(new SelectOptionValue { Label = "Test ward, Testland" });
        await main.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(main.GetByRole(AriaRole.Row, new() { Name = name })).ToBeVisibleAsync();
        var download = await page.Page.RunAndWaitForDownloadAsync(() => main.GetByRole(AriaRole.Link, new() { Name = "CSV", Exact = true }).ClickAsync());
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
        await CheckAsync(page);

        await QuestionAsync(page, "Workload");
        await Expect(main.GetByRole(AriaRole.Region, new() { Name = "Workload by clinician" })).ToBeVisibleAsync();
        await main.GetByRole(AriaRole.Link, new() { NameRegex = new("[1-9][0-9]* patients? of ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)) }).First.ClickAsync();
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = "Patients of" })).ToBeVisibleAsync();
        await CheckAsync(page);

        await QuestionAsync(page, "Shared patients");
        await ChooseTwoAsync(main, "Clinician", "and");
        await Expect(main.GetByText("As of")).ToBeVisibleAsync();
        await CheckAsync(page);

        await QuestionAsync(page, "Referral path");
        await main.GetByLabel("Who refers patients").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await main.GetByLabel("to whom").SelectOptionAsync(new SelectOptionValue { Index = 2 });
        await main.GetByRole(AriaRole.Button, new() { Name = "Record" }).ClickAsync();
        await Expect(main.GetByText("refers patients to")).ToBeVisibleAsync();
        await ChooseTwoAsync(main, "From", "To");
        await Expect(main.GetByRole(AriaRole.Heading, new() { Name = "1 step" })).ToBeVisibleAsync();
        await CheckAsync(page);

        await QuestionAsync(page, "Contacts");
        await main.GetByLabel("Patient: name").FillAsync(name);
        await main.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await main.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await main.GetByRole(AriaRole.Link, new() { Name = "72 h" }).ClickAsync();
        await Expect(main.GetByText("in 72 h")).ToBeVisibleAsync();
        await CheckAsync(page);
    }

    private async Task<string> AddAsync(string name, string profession)
    {
        using var answer = await SendAsync("api/clinicians", new { name, profession, region = "Testland", ward = "Test ward" });
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task<HttpResponseMessage> SendAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Add("X-Api-Key", "demo-key");
        var answer = await shared.Server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer;
    }

    private static Task QuestionAsync(BrowserPage page, string name) =>
        page.Page.GetByRole(AriaRole.Navigation, new() { Name = "Questions" }).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();

    private static async Task ChooseTwoAsync(ILocator main, string first, string second)
    {
        await main.GetByLabel(first, new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await main.GetByLabel(second, new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 2 });
        await main.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
