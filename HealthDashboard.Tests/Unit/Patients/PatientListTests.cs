using Bunit;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>The list of patients in each of its states.</summary>
public sealed class PatientListTests
{
    [Fact]
    public async Task Patients_are_listed_with_bed_age_score_and_what_is_due_and_the_score_is_kept_up()
    {
        await using var page = new RecordContext();
        var patient = await page.AddAsync("M-1", "Núñez", "I07");
        var list = page.Render<PatientList>();
        list.WaitForAssertion(() => Assert.Contains("Núñez, Maria", list.Find("tr.patients-row").TextContent));
        Assert.Equal("I07", list.Find(".cell-bed").TextContent.Trim());
        Assert.Equal("65 y, unknown", list.Find(".cell-age").TextContent.Trim());
        Assert.Equal($"/patients/{patient.Id}", list.Find(".cell-name a").GetAttribute("href"));
        Assert.Equal("1 patient", list.Find("[role=status]").TextContent);

        await page.Board.StartAsync(default);
        foreach (var (sign, value) in new[] { (VitalSign.HeartRate, 135.0), (VitalSign.RespiratoryRate, 28), (VitalSign.Spo2, 90) })
            page.Live.Apply([new(patient.Id, sign, page.Time.GetUtcNow().ToUnixTimeMilliseconds(), value)]);
        await Eventually.HoldsAsync(() =>
        {
            page.Time.Advance(TimeSpan.FromSeconds(1));
            return list.Find(".cell-news").TextContent.Contains("\u22659", StringComparison.Ordinal);
        }, "the score in the list");
        await page.Board.StopAsync(default);
    }

    [Fact]
    public async Task Until_the_store_answers_the_list_says_that_it_loads()
    {
        var answer = new TaskCompletionSource<Page<Patient>>();
        await using var page = new RecordContext(store => BrokenStore.Of(store, nameof(IPatientStore.SearchAsync), (_, _) => answer.Task));
        var list = page.Render<PatientList>();
        list.WaitForAssertion(() => Assert.Contains("Loading", list.Markup));
        answer.SetResult(new(0, []));
        list.WaitForAssertion(() => Assert.Contains("No patient is admitted", list.Markup));
    }

    [Fact]
    public async Task An_unavailable_store_is_said_and_asked_again_by_itself()
    {
        var unavailable = true;
        await using var page = new RecordContext(store => BrokenStore.Of(store, nameof(IPatientStore.SearchAsync), (inner, args) =>
            unavailable ? Task.FromException<Page<Patient>>(new StoreUnavailableException("test", "away")) : inner.SearchAsync((PatientQuery)args[0]!)));
        await page.AddAsync("M-1");
        var list = page.Render<PatientList>();
        list.WaitForAssertion(() => Assert.Contains("The store of patient records is unavailable", list.Find("[role=alert]").TextContent));
        Assert.Empty(list.FindAll("tr.patients-row"));
        unavailable = false;
        page.Time.Advance(TimeSpan.FromSeconds(5));
        list.WaitForAssertion(() => Assert.Single(list.FindAll("tr.patients-row")));
        Assert.Empty(list.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task The_address_carries_search_filters_and_page_and_what_it_cannot_mean_restricts_nothing()
    {
        await using var page = new RecordContext();
        for (var i = 0; i < 30; i++)
            await page.AddAsync($"M-{i:00}", $"Name{i:00}");
        page.Services.GetRequiredService<NavigationManager>().NavigateTo("/patients?page=2");
        var list = page.Render<PatientList>();
        list.WaitForAssertion(() => Assert.Equal(5, list.FindAll("tr.patients-row").Count));
        Assert.Contains("26-30 of 30", list.Markup);

        page.Services.GetRequiredService<NavigationManager>().NavigateTo("/patients?search=name07&status=all&page=x");
        list = page.Render<PatientList>();
        list.WaitForAssertion(() => Assert.Contains("Name07", Assert.Single(list.FindAll("tr.patients-row")).TextContent));
    }

    [Fact]
    public async Task Typing_searches_without_marks_and_changes_the_address()
    {
        await using var page = new RecordContext();
        await page.AddAsync("M-1", "Müller");
        await page.AddAsync("M-2", "Other");
        var list = page.Render<PatientList>();
        list.WaitForAssertion(() => Assert.Equal(2, list.FindAll("tr.patients-row").Count));
        await list.Find("input[type=search]").InputAsync("muller, maria");
        page.Time.Advance(TimeSpan.FromSeconds(1));
        list.WaitForAssertion(() => Assert.Contains("Müller", Assert.Single(list.FindAll("tr.patients-row")).TextContent));
        Assert.Contains(page.JSInterop.Invocations["history.replaceState"], call => call.Arguments[2] is string address && address.Contains("?search=muller", StringComparison.Ordinal));
        await list.Find("input[type=search]").InputAsync("nobody");
        page.Time.Advance(TimeSpan.FromSeconds(1));
        list.WaitForAssertion(() => Assert.Contains("No patient found", list.Markup));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_who_may_write_is_offered_a_new_patient(bool mayWrite)
    {
        await using var page = new RecordContext(mayWrite: mayWrite);
        var list = page.Render<PatientList>();
        Assert.Equal(mayWrite, list.Markup.Contains("New patient", StringComparison.Ordinal));
    }
}
