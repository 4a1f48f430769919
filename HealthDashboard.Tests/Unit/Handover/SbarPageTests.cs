using System.Net;
using System.Net.Http.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HealthDashboard.Accounts;
using HealthDashboard.Census;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Access;
using Microsoft.Extensions.DependencyInjection;
using static HealthDashboard.Tests.Unit.Handover.HandoverWorld;

namespace HealthDashboard.Tests.Unit.Handover;

/// <summary>The sheet that is printed of a patient: what it says, and who gets it.</summary>
public sealed class SbarPageTests
{
    private const string Hostile = "<script>alert(1)</script>";

    [Fact]
    public async Task A_sheet_has_all_that_is_known_in_its_four_parts_and_hostile_words_stay_words()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        var now = TimeProvider.System.GetUtcNow();
        var id = await AdmitAsync(nurse, new Dictionary<string, object?>(FeatureHost.NewPatient())
        {
            ["familyName"] = Hostile,
            ["room"] = "4",
            ["codeStatus"] = "dnacpr",
            ["allergies"] = new[] { "penicillin", "\"><img src=x>" },
            ["medications"] = new[] { "Salbutamol 5 mg", "<b>bold</b>" },
            ["medicalHistory"] = new object[] { new { condition = "COPD", diagnosed = "2011-05-01", code = "J44.9" }, new { condition = "Pneumonia", diagnosed = "2019-01-01", abatement = "2019-02-01" } },
            ["standby"] = new { until = now.AddHours(2), reason = "theatre" },
        });
        var team = app.Services.GetRequiredService<ICareTeamStore>();
        await team.PutCliniciansAsync([Nina, Dora]);
        await team.AssignAsync([new(id, Nina, CareRole.AssignedNurse, now.AddHours(-8)), new(id, Dora, CareRole.Attending, now.AddHours(-8))]);
        await nurse.PostAsJsonAsync($"/api/patients/{id}/observations", new { respiratoryRate = 22, spo2 = 94, oxygenFlow = 2, systolic = 80, diastolic = 50, heartRate = 112, consciousness = "A", temperature = 38.4, note = Hostile });
        await nurse.PostAsJsonAsync($"/api/patients/{id}/notes", new { text = "Slept well" });
        await AddOverAsync(app, id, now);
        await LimitAsync(app, id);
        await Eventually.HoldsAsync(async () => (await nurse.GetStringAsync("/api/alerts")).Contains("SYS 80", StringComparison.Ordinal), "the alert");

        var page = await OpenAsync(nurse, $"?patients={id}");
        Assert.Empty(page.QuerySelectorAll("main script, .sbar-sheet img, .sbar-sheet b b"));
        var sheet = Assert.Single(page.QuerySelectorAll("[data-sheet]"));
        var head = Text(sheet.QuerySelector(".sbar-head")!);
        foreach (var said in new[] { $"{Hostile}, Zoë", "Bed 1, room 4, ICU, North", "M-1", "29 Feb 1960", "female", "DNACPR", "penicillin, \"><img src=x>" })
            Assert.Contains(said, head, StringComparison.Ordinal);
        Said(sheet, "s", "Latest problem on record: COPD (J44.9), May 2011", "Admitted ", "NEWS2", "11 high", "now", "SYS 80 < 90", "not acknowledged");
        Said(sheet, "b", "Problems COPD", "Salbutamol 5 mg", "<b>bold</b>", "History Pneumonia, Jan 2019 to Feb 2019");
        Said(sheet, "a", "HR /min 112", "2 L/min", "alert", "Low 24 h", "SpO\u2082 84 < 90", "acknowledged by Nina Novak after 2 min", "Slept well", Hostile);
        Said(sheet, "r", "Observations", "Emergency", "Standby until", "theatre", "HR 40 to 130 (ward 50 (40) to 120 (150))", "Why: athlete", "Nina Novak, then Dora Weiss");
        Assert.Contains("printed by Nina Novak", Text(sheet.QuerySelector(".sbar-foot")!), StringComparison.Ordinal);
        Assert.Contains("sheet 1 of 1", Text(sheet.QuerySelector(".sbar-foot")!), StringComparison.Ordinal);
        Assert.Contains("export.sbar", (await app.Services.GetRequiredService<IAuditStore>().EntriesAsync(id)).Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_sheet_of_somebody_of_whom_nothing_is_known_says_so()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        var id = await AdmitAsync(nurse, new() { ["mrn"] = "M-0", ["region"] = "North", ["ward"] = "ICU", ["familyName"] = "Unknown", ["birthDate"] = null });
        var sheet = Assert.Single((await OpenAsync(nurse, $"?patients={id}")).QuerySelectorAll("[data-sheet]"));
        var head = Text(sheet.QuerySelector(".sbar-head")!);
        foreach (var said in new[] { "Unknown", "not known, sex unknown", "Not recorded", "none known" })
            Assert.Contains(said, head, StringComparison.Ordinal);
        Said(sheet, "s", "No problem on record", "Open alerts None");
        Said(sheet, "b", "Problems None recorded", "Medications None recorded", "History None recorded");
        Said(sheet, "a", "that are over None", "Notes of 24 h None");
        Said(sheet, "r", "None, the ward's limits hold", "Nobody: there is nobody to escalate to");
        Assert.DoesNotContain("cannot be read", Text(sheet), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_of_a_clinician_are_printed_by_bed_and_no_more_than_sixty()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        List<ObjectId> ids = [];
        foreach (var bed in new[] { "10", "9", "8" })
            ids.Add(await AdmitAsync(nurse, new Dictionary<string, object?>(FeatureHost.NewPatient($"M-{bed}")) { ["bed"] = bed }));
        var team = app.Services.GetRequiredService<ICareTeamStore>();
        await team.PutCliniciansAsync([Nina]);
        await team.AssignAsync([.. ids.Take(2).Select(id => new CareAssignment(id, Nina, CareRole.AssignedNurse, TimeProvider.System.GetUtcNow().AddHours(-1)))]);
        var sheets = (await OpenAsync(nurse, $"?clinician={Nina.Id}")).QuerySelectorAll("[data-sheet]");
        Assert.Equal([ids[1], ids[0]], sheets.Select(sheet => ObjectId.Parse(sheet.GetAttribute("data-sheet")!)));
        var named = (await OpenAsync(nurse, $"?patients={ids[2]},{ids[0]},{ids[2]}")).QuerySelectorAll("[data-sheet]");
        Assert.Equal([ids[2], ids[0]], named.Select(sheet => ObjectId.Parse(sheet.GetAttribute("data-sheet")!)));
        Assert.Contains("At most 60 sheets", Text((await OpenAsync(nurse, $"?patients={string.Join(',', Enumerable.Range(0, 61).Select(_ => Samples.Id()))}")).Body!), StringComparison.Ordinal);
        Assert.Contains("No sheet to show", Text((await OpenAsync(nurse, "")).Body!), StringComparison.Ordinal);
        Assert.Contains("of whom there is no record", Text((await OpenAsync(nurse, $"?patients={Samples.Id()},x")).Body!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_patient_it_is_not_gets_no_sheet_before_the_glass_is_broken()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        var first = await AdmitAsync(nurse, FeatureHost.NewPatient());
        var second = await AdmitAsync(nurse, FeatureHost.NewPatient("M-2"));
        var resident = app.CreateClient(new() { AllowAutoRedirect = false });
        await FeatureHost.SignInAsync(resident, "resident", DemoAccounts.Password);

        var alone = await resident.GetAsync($"/handover/sbar?patients={first}");
        Assert.Equal(HttpStatusCode.Found, alone.StatusCode);
        Assert.Contains($"/patients/{first}/break-glass?returnUrl=", alone.Headers.Location!.OriginalString, StringComparison.Ordinal);
        var both = await OpenAsync(resident, $"?patients={first},{second}");
        Assert.Empty(both.QuerySelectorAll("[data-sheet]"));
        Assert.Equal(2, both.QuerySelectorAll("[data-refused] li").Length);
        Assert.DoesNotContain("penicillin", Text(both.Body!), StringComparison.Ordinal);
        Assert.Contains("look.refused", (await app.Services.GetRequiredService<IAuditStore>().EntriesAsync(second)).Select(entry => entry.Action));

        await resident.PostAsJsonAsync($"/api/patients/{first}/break-glass", new { reason = "collapsed" });
        Assert.Single((await OpenAsync(resident, $"?patients={first},{second}")).QuerySelectorAll("[data-sheet]"));
    }

    [Fact]
    public async Task What_cannot_be_written_down_is_not_shown()
    {
        await using var app = new WholeApp();
        var nurse = await app.ClientAsync(Roles.Nurse);
        var id = await AdmitAsync(nurse, FeatureHost.NewPatient());
        using (RecordGateTests.Refuse(app.Services))
        {
            var answer = await nurse.GetAsync($"/handover/sbar?patients={id}");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Contains("it cannot be recorded who looks", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Quist", text, StringComparison.Ordinal);
        }
        Assert.Single((await OpenAsync(nurse, $"?patients={id}")).QuerySelectorAll("[data-sheet]"));
    }

    private static async Task<ObjectId> AdmitAsync(HttpClient client, Dictionary<string, object?> patient)
    {
        var answer = await client.PostAsJsonAsync("/api/patients", patient);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Patient>())!.Id;
    }

    private static async Task AddOverAsync(WholeApp app, ObjectId id, DateTimeOffset now)
    {
        var raised = DateTimeOffset.FromUnixTimeMilliseconds(now.AddHours(-2).ToUnixTimeMilliseconds());
        var over = Samples.Alert(id) with
        {
            RaisedAt = raised,
            RecordedAt = raised,
            Condition = AlertCondition.Ended,
            EndedAt = raised.AddMinutes(9),
            Response = AlertResponse.Acknowledged,
            AcknowledgedAt = raised.AddMinutes(2),
            AcknowledgedBy = "nurse",
        };
        Assert.True((await app.Services.GetRequiredService<IAlertStore>().WriteAsync([Samples.Raised(over)], []))[0].Taken);
    }

    private static async Task LimitAsync(WholeApp app, ObjectId id)
    {
        var scope = LimitScope.OfPatient(id);
        var limits = new AlarmLimits { Signs = new Dictionary<VitalSign, SignLimits> { [VitalSign.HeartRate] = new(40, 130) }, Reason = "athlete", SetBy = "doctor", SetAt = TimeProvider.System.GetUtcNow() };
        app.Services.GetRequiredService<PatientDirectory>().SetLimits(scope, await app.Services.GetRequiredService<IPatientStore>().PutLimitsAsync(scope, limits));
    }

    private static async Task<IDocument> OpenAsync(HttpClient client, string query)
    {
        var answer = await client.GetAsync($"/handover/sbar{query}");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static void Said(IElement sheet, string part, params string[] words)
    {
        var text = Text(sheet.QuerySelector($"[id^='{part}-']")!.ParentElement!);
        foreach (var said in words)
            Assert.Contains(said, text, StringComparison.Ordinal);
    }

    // Cells of a table stand beside each other without a space.
    private static string Text(IElement element) =>
        string.Join(' ', element.Descendants<IText>().SelectMany(text => text.Data.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
}
