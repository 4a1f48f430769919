using System.Globalization;
using Bunit;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using HealthDashboard.Alerts;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.Alerts;

/// <summary>The history of alerts in each of its states.</summary>
public sealed class AlertHistoryTests
{
    [Fact]
    public async Task The_alert_raised_last_comes_first_and_a_heading_sorts_by_what_it_names()
    {
        await using var page = new RecordContext();
        var patient = await page.AddAsync("M-1", "Quist", "I07");
        await RaiseAsync(page, patient, minutesAgo: 50, "heartRate", lasted: 1, response: 2);
        await RaiseAsync(page, patient, minutesAgo: 10, "spo2", lasted: 9, response: 1);
        await RaiseAsync(page, patient, minutesAgo: 30, "systolic", lasted: 5, response: 20);

        var list = Open(page, "");
        Assert.Equal(["SpO2 low", "SYS low", "HR low"], Signs(list));
        Assert.Equal("3 alerts", list.Find("[role=status]").TextContent);
        Assert.Contains("I07 Quist, Maria", Squeeze(list.Find(".history-who").TextContent), StringComparison.Ordinal);
        Assert.Equal("descending", list.Find("th:first-child").GetAttribute("aria-sort"));
        Assert.Equal("/alerts/history?reversed=1", list.Find("th:first-child a").GetAttribute("href"));

        Assert.Equal(["HR low", "SYS low", "SpO2 low"], Signs(Open(page, "?reversed=1")));
        Assert.Equal(["SpO2 low", "SYS low", "HR low"], Signs(Open(page, "?sort=lasted")));
        Assert.Equal(["SYS low", "HR low", "SpO2 low"], Signs(Open(page, "?sort=response")));
    }

    [Fact]
    public async Task Filters_restrict_by_patient_ward_person_sign_and_time_and_the_download_has_the_same()
    {
        await using var page = new RecordContext();
        await page.Accounts.AddAsync(Samples.Account("nina"));
        await page.People.RefreshAsync(default);
        var quist = await page.AddAsync("M-1", "Quist", "I07");
        var other = (await page.Store.AddAsync([Samples.Patient("M-2", "Núñez", ward: "Surgery") with { Bed = "S01" }]))[0];
        await RaiseAsync(page, quist, minutesAgo: 10, "spo2", by: "nina");
        await RaiseAsync(page, quist, minutesAgo: 60 * 20, "heartRate", by: "carl");
        await RaiseAsync(page, other, minutesAgo: 5, "systolic");

        Assert.Equal(["SpO2 low"], Signs(Open(page, "?hours=12&patient=i07")));
        Assert.Equal(["SYS low"], Signs(Open(page, "?patient=nunez")));
        Assert.Equal(["SYS low"], Signs(Open(page, "?ward=north%2FSurgery")));
        Assert.Equal(["SYS low"], Signs(Open(page, "?by=-")));
        Assert.Equal(["HR low"], Signs(Open(page, "?by=carl")));
        Assert.Equal(["HR low"], Signs(Open(page, "?sign=heartRate")));
        Assert.Equal(["HR low"], Signs(Open(page, $"?to={page.Time.GetUtcNow().AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)}")));
        var list = Open(page, "?by=nina&sort=response");
        Assert.Contains("Nina Novák", list.Find("td[data-label=By]").TextContent, StringComparison.Ordinal);
        Assert.Equal("/api/alerts/history.csv?by=nina&sort=response", list.Find("a[download]").GetAttribute("href"));
        Assert.Equal("Nina Novák", list.Find("#by option[selected]").TextContent);
    }

    [Fact]
    public async Task Long_lists_have_pages()
    {
        await using var page = new RecordContext();
        var patient = await page.AddAsync("M-1");
        for (var i = 0; i < 60; i++)
            await RaiseAsync(page, patient, minutesAgo: i + 1, "spo2");
        var list = Open(page, "?page=2");
        Assert.Equal(10, Signs(list).Count());
        Assert.Contains("page 2 of 2", list.Markup, StringComparison.Ordinal);
        Assert.Empty(list.FindAll("a[rel=next]"));
        Assert.Equal("/alerts/history", list.Find("a[rel=prev]").GetAttribute("href"));
    }

    [Fact]
    public async Task What_is_not_there_and_what_cannot_be_had_are_said()
    {
        await using var page = new RecordContext();
        Assert.Contains("None was raised in this time", Open(page, "").Markup, StringComparison.Ordinal);
        Assert.Contains("matches what you asked for", Open(page, "?sign=spo2").Markup, StringComparison.Ordinal);

        await using var unavailable = new RecordContext(changeAlerts: store => BrokenStore.Of(store, nameof(IAlertStore.QueryAsync), (_, _) =>
            Task.FromException<IReadOnlyList<Alert>>(new StoreUnavailableException("test", "away"))));
        Assert.Contains("The store of alerts is unavailable", Open(unavailable, "").Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private static IRenderedComponent<AlertHistoryPage> Open(RecordContext page, string query)
    {
        page.Services.GetRequiredService<NavigationManager>().NavigateTo($"/alerts/history{query}");
        var list = page.Render<AlertHistoryPage>();
        list.WaitForAssertion(() => Assert.NotEmpty(list.FindAll("table, .empty, [role=alert]")));
        return list;
    }

    private static IEnumerable<string> Signs(IRenderedComponent<AlertHistoryPage> list) => list.FindAll(".history-sign").Select(cell => cell.TextContent.Trim());

    private static string Squeeze(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static async Task RaiseAsync(RecordContext page, Patient patient, int minutesAgo, string sign, int lasted = 1, int? response = null, string? by = null)
    {
        var raised = page.Time.GetUtcNow().AddMinutes(-minutesAgo);
        var alert = Samples.Alert(patient.Id, sign) with
        {
            RaisedAt = raised,
            Condition = AlertCondition.Ended,
            EndedAt = raised.AddMinutes(lasted),
            Response = response is null && by is null ? AlertResponse.Unacknowledged : AlertResponse.Acknowledged,
            AcknowledgedAt = response is null && by is null ? null : raised.AddMinutes(response ?? 1),
            AcknowledgedBy = response is null && by is null ? null : by ?? "nina",
        };
        Assert.True((await page.Alerts.WriteAsync([Samples.Raised(alert)], []))[0].Taken);
    }
}
