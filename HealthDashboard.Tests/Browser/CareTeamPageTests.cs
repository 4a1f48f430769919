using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HealthDashboard.Tests.Browser;

/// <summary>Who cares for whom: assigned by form and by dragging, ended, and planned for a shift.</summary>
[Collection(typeof(BrowserTests))]
public sealed class CareTeamPageTests(BrowserFixture browser, DemoWard.Shared shared) : IClassFixture<DemoWard.Shared>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 1440, 900)]
    [InlineData(ColorScheme.Light, 390, 844)]
    public async Task Somebody_is_assigned_by_form_and_by_dragging_and_the_list_and_the_graph_follow(ColorScheme theme, int width, int height)
    {
        var bed = $"{theme}{width}";
        var patient = await new DemoWard(shared.Server).AdmitAsync($"Team{bed}", ward: $"Ward {bed}", bed: bed);
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, $"care-team?patient={patient}", options, account: "nurse");
        var (nurse, other) = (await AddAsync(page, $"Nora {bed}", "nurse", $"Ward {bed}"), await AddAsync(page, $"Olga {bed}", "nurse", $"Ward {bed}"));
        await page.Page.ReloadAsync();
        await page.IsInteractiveAsync();
        var main = page.Page.Locator("main");
        await Expect(main.GetByText("There is nobody to escalate an alert to.")).ToBeVisibleAsync();
        await CheckAsync(page);

        // By form: the patient in the middle is chosen already after a choice; here the keyboard does it.
        await page.Page.GetByLabel("Patient", new() { Exact = true }).SelectOptionAsync(patient);
        await page.Page.GetByLabel("Clinician", new() { Exact = true }).SelectOptionAsync(nurse);
        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).PressAsync("Enter");
        await Expect(page.Page.Locator("[data-done]")).ToContainTextAsync($"Nora {bed} is assigned nurse of");
        await Expect(page.Page.GetByRole(AriaRole.Img, new() { Name = $"assigned nurse Nora {bed}" })).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".care-drawing[data-drawn] canvas").First).ToBeAttachedAsync();
        await CheckAsync(page);

        // A second one: asked first, by dragging where there is a mouse.
        if (width > 1000)
        {
            await page.Page.GetByLabel("Find a clinician").FillAsync("olga");
            await page.Page.Locator($"[data-clinician='{other}']").DragToAsync(page.Page.Locator($"[data-drop='{patient}']"));
        }
        else
        {
            await page.Page.GetByRole(AriaRole.Button, new() { Name = $"Assign Olga {bed}" }).ClickAsync();
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).ClickAsync();
        }
        var question = page.Page.GetByRole(AriaRole.Group, new() { Name = "Somebody has this part" });
        await Expect(question).ToContainTextAsync($"Nora {bed} is assigned nurse of");
        await Expect(question.GetByRole(AriaRole.Button, new() { Name = "Replace" })).ToBeFocusedAsync();
        await CheckAsync(page);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator("[data-done]")).ToContainTextAsync($"Olga {bed} is assigned nurse of");
        var team = page.Page.GetByRole(AriaRole.Region, new() { Name = $"Team of Team{bed}, Tess" });
        await Expect(team.GetByRole(AriaRole.Row, new() { Name = $"Olga {bed}" })).ToBeVisibleAsync();
        await Expect(team.GetByRole(AriaRole.Row, new() { Name = $"Nora {bed}" })).ToHaveCountAsync(0);

        await team.GetByRole(AriaRole.Button, new() { Name = $"Change Olga {bed}" }).ClickAsync();
        await team.GetByLabel("Part").SelectOptionAsync("ChargeNurse");
        await CheckAsync(page);
        await team.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(team.GetByRole(AriaRole.Row, new() { Name = $"Olga {bed}" })).ToContainTextAsync("charge nurse");

        // A link puts the clinician in the middle without a new page, and the address says so.
        await team.GetByRole(AriaRole.Link, new() { Name = $"Olga {bed}" }).ClickAsync();
        var patients = page.Page.GetByRole(AriaRole.Region, new() { Name = $"Patients of Olga {bed}" });
        await Expect(patients.GetByRole(AriaRole.Row, new() { Name = $"Team{bed}" })).ToBeVisibleAsync();
        await page.Page.WaitForURLAsync(address => address.EndsWith($"?clinician={other}", StringComparison.Ordinal));
        await patients.GetByRole(AriaRole.Button, new() { Name = $"End {bed} Team{bed}" }).ClickAsync();
        await Expect(patients).ToContainTextAsync("No patient is assigned");
        await CheckAsync(page);
    }

    [Fact]
    public async Task A_clinician_is_dropped_on_a_part_of_a_row_and_a_node_is_put_in_the_middle()
    {
        var patient = await new DemoWard(shared.Server).AdmitAsync("Dropped", ward: "Drop ward", bed: "D1");
        await using var page = await browser.OpenAsync(shared.Server, "care-team", new() { ViewportSize = new() { Width = 1440, Height = 900 } }, account: "nurse");
        var doctor = await AddAsync(page, "Dina Drop", "doctor", "Drop ward");
        await page.Page.Locator("[data-scope]").SelectOptionAsync(new SelectOptionValue { Label = "Drop ward" });
        await page.Page.ReloadAsync();
        await page.IsInteractiveAsync();
        await Expect(page.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Drop ward: 1 patient" })).ToBeVisibleAsync();
        // Once the graph is drawn, dragging works too.
        var drawing = page.Page.Locator(".care-drawing[data-drawn]");
        await Expect(drawing).ToBeVisibleAsync();
        var part = page.Page.Locator($"[data-drop='{patient}'] [data-part='Consulting']");
        await page.Page.Locator($"[data-clinician='{doctor}']").DragToAsync(part);
        await Expect(page.Page.Locator("[data-done]")).ToContainTextAsync("Dina Drop is consulting doctor of D1 Dropped, Tess");
        await Expect(part).ToContainTextAsync("Dina Drop");
        await CheckAsync(page);

        // The drawing has the doctor above the patient, each in the middle of its row.
        var box = (await drawing.BoundingBoxAsync())!;
        await drawing.ClickAsync(new() { Position = new() { X = box.Width / 2, Y = 28 } });
        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = "Patients of Dina Drop" })).ToBeVisibleAsync();
        await page.Page.WaitForURLAsync(address => address.EndsWith($"?clinician={doctor}", StringComparison.Ordinal));

        // The page's own link in the bar leads to the whole ward again.
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Care team", Exact = true }).ClickAsync();
        await Expect(part).ToContainTextAsync("Dina Drop");
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440, 900)]
    [InlineData(ColorScheme.Dark, 390, 844)]
    public async Task A_shift_is_filled_for_several_patients_in_one_step(ColorScheme theme, int width, int height)
    {
        var name = $"Shift ward {theme}";
        var ward = new DemoWard(shared.Server);
        await ward.AdmitAsync($"One-{theme}", ward: name, bed: "S1");
        await ward.AdmitAsync($"Two-{theme}", ward: name, bed: "S2");
        var options = new BrowserNewContextOptions { ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } };
        await using var page = await browser.OpenAsync(shared.Server, "care-team/shifts", options, account: "nurse");
        var nurse = await AddAsync(page, $"Sara {theme}", "nurse", name);
        await page.Page.Locator("[data-scope]").SelectOptionAsync(new SelectOptionValue { Label = name });
        await page.Page.ReloadAsync();
        await page.IsInteractiveAsync();
        var gaps = page.Page.GetByRole(AriaRole.Region, new() { Name = "Gaps" });
        await Expect(gaps).ToContainTextAsync("2 patients: S1 One");
        await CheckAsync(page);

        await gaps.GetByRole(AriaRole.Button, new() { Name = "Choose these patients" }).First.ClickAsync();
        await Expect(page.Page.GetByText("Patients, 2 chosen")).ToBeVisibleAsync();
        await page.Page.GetByLabel("Clinician", new() { Exact = true }).SelectOptionAsync(nurse);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Assign", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator("[data-done]")).ToContainTextAsync($"Sara {theme} is assigned nurse of 2 patients from now to");
        await Expect(page.Page.Locator(".shift-bar.is-AssignedNurse")).ToHaveTextAsync("2 patients");
        await CheckAsync(page);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Patients", Exact = true }).ClickAsync();
        await Expect(page.Page.Locator(".shift-bar.is-AssignedNurse")).ToHaveTextAsync([$"Sara {theme}", $"Sara {theme}"]);
        await page.Page.GetByText("As a table").ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "no nurse" }).Or(page.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "nobody" })).First).ToBeVisibleAsync();
        await CheckAsync(page);
    }

    // As another system does it, with a key.
    private async Task<string> AddAsync(BrowserPage page, string name, string profession, string ward)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/clinicians") { Content = JsonContent.Create(new { name, profession, region = "Testland", ward }) };
        request.Headers.Add("X-Api-Key", "demo-key");
        using var answer = await shared.Server.Client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{page.Page.Url}: {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static async Task CheckAsync(BrowserPage page)
    {
        Assert.Empty(await page.FindAccessibilityViolationsAsync());
        Assert.False(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"), $"{page.Page.Url} is wider than the screen");
        Assert.Empty(page.Errors);
    }
}
