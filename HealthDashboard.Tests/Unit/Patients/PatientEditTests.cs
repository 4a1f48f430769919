using AngleSharp.Dom;
using Bunit;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Patients;
using HealthDashboard.Tests.Support;

namespace HealthDashboard.Tests.Unit.Patients;

/// <summary>The form of a record in each of its states.</summary>
public sealed class PatientEditTests
{
    [Fact]
    public async Task A_field_that_is_wrong_is_named_with_its_value_and_what_is_allowed_and_nothing_is_stored()
    {
        await using var page = new RecordContext();
        var form = page.Render<PatientEdit>();
        await FillAsync(form, "MRN", new string('x', 65));
        await FillAsync(form, "Given name", "Ada\u200b");
        await SaveAsync(form, "Admit patient");
        Assert.Equal("Not saved. Change: Region, Ward, MRN, Given name, Family name, Date of birth.", form.Find("[role=alert]").TextContent.Trim());
        var messages = form.FindAll(".mud-input-helper-text").Select(message => message.TextContent.Trim()).ToList();
        Assert.Contains(messages, message => message.StartsWith("MRN is \"xxx", StringComparison.Ordinal) && message.Contains("allowed is text of 1 to 64 characters", StringComparison.Ordinal));
        Assert.Contains("Given name is \"Ada\\u200B\"; allowed is text of 1 to 128 characters without control and invisible characters.", messages);
        Assert.Contains("Date of birth is missing; needed is a day as yyyy-MM-dd (yyyy-MM or yyyy where no more is known), or that it is unknown (null).", messages);
        Assert.Equal(0, (await page.Store.SearchAsync(new PatientQuery())).Total);
    }

    [Fact]
    public async Task A_new_patient_is_stored_with_what_the_form_says()
    {
        await using var page = new RecordContext();
        var form = page.Render<PatientEdit>();
        await FillNewAsync(form, "M-9");
        await form.Find("input[type=checkbox]").ChangeAsync(true);
        await FillAsync(form, "Allergies, one a line", "penicillin\n\n latex ", "textarea");
        await SaveAsync(form, "Admit patient");
        form.WaitForAssertion(() => Assert.NotNull(page.Store.FindByMrnAsync("M-9").Result));
        var stored = (await page.Store.FindByMrnAsync("M-9"))!;
        Assert.Equal((default, "north", "I99"), (stored.BirthDate, stored.Region, stored.Bed));
        Assert.Equal(["penicillin", "latex"], stored.Allergies);
        Assert.NotNull(page.Directory.Find(stored.Id));
        Assert.Equal(("patient.create", "nina"), (await page.ReadAuditAsync(stored.Id, 1)).Select(entry => (entry.Action, entry.Actor)).Single());
    }

    [Fact]
    public async Task A_person_with_one_name_and_an_estimated_date_of_birth_is_stored_and_shown_so()
    {
        await using var page = new RecordContext();
        var form = page.Render<PatientEdit>();
        await FillNewAsync(form, "M-9");
        await FillAsync(form, "Given name", "");
        await FillAsync(form, "Date of birth", "1950-07-01");
        await form.FindAll("input[type=checkbox]")[1].ChangeAsync(true);
        await SaveAsync(form, "Admit patient");
        form.WaitForAssertion(() => Assert.NotNull(page.Store.FindByMrnAsync("M-9").Result));
        var stored = (await page.Store.FindByMrnAsync("M-9"))!;
        Assert.Equal((new DateOnly(1950, 7, 1), true, ""), (stored.BirthDate, stored.BirthDateEstimated, stored.GivenName));
        Assert.Equal(stored.FamilyName, stored.DisplayName);
        Assert.Equal($"{stored.FamilyName[..1]}.", HealthDashboard.Shared.Display.Initials(stored));

        var again = new PatientDraft(stored);
        Assert.Equal(("1950-07-01", true), (again.BirthDate, again.BirthDateEstimated));
    }

    [Fact]
    public async Task A_second_record_for_an_MRN_says_whose_it_is_and_a_bed_that_is_taken_says_who_is_there()
    {
        await using var page = new RecordContext();
        await page.AddAsync("M-9", "Berg", "I99");
        var form = page.Render<PatientEdit>();
        await FillNewAsync(form, "M-9");
        await form.Find("input[type=checkbox]").ChangeAsync(true);
        await SaveAsync(form, "Admit patient");
        Assert.Contains("Not saved: Berg, Maria is in bed I99 of ICU.", form.Find("[role=alert]").TextContent);

        await FillAsync(form, "Bed", "I98");
        await SaveAsync(form, "Admit patient");
        form.WaitForAssertion(() => Assert.Contains("Not saved: MRN M-9 is that of Berg, Maria, ICU, bed I99.", form.Find("[role=alert]").TextContent));
        Assert.Equal(1, (await page.Store.SearchAsync(new PatientQuery())).Total);
    }

    [Fact]
    public async Task When_someone_else_saved_first_both_versions_stand_side_by_side_and_what_is_chosen_is_saved()
    {
        await using var page = new RecordContext();
        var patient = await page.AddAsync("M-1");
        var form = Edit(page, patient);
        await page.Store.ReplaceAsync(patient with { GivenName = "Theirs", Bed = "9", ChangedBy = "dora", ChangedAt = page.Time.GetUtcNow() });

        await FillAsync(form, "Given name", "Mine");
        await FillAsync(form, "Medications, one a line", "aspirin", "textarea");
        await SaveAsync(form, "Save");
        form.WaitForAssertion(() => Assert.Contains("dora (08:00:00) saved this record", form.Markup));
        Assert.Equal(["Given name", "Bed", "Medications"], form.FindAll(".conflict-label").Select(label => label.TextContent));
        Assert.True(Button(form, "Save these choices").HasAttribute("disabled"));

        await form.FindAll(".conflict-row")[0].QuerySelectorAll("input")[0].ClickAsync(new());
        await Button(form, "Save these choices").ClickAsync(new());
        form.WaitForAssertion(() => Assert.Equal(3, page.Store.FindAsync(patient.Id).Result!.Version));
        var stored = (await page.Store.FindAsync(patient.Id))!;
        Assert.Equal(("Mine", "9", "aspirin"), (stored.GivenName, stored.Bed, stored.Medications.Single()));
    }

    [Fact]
    public async Task What_the_form_does_not_show_is_kept_as_someone_else_saved_it()
    {
        await using var page = new RecordContext();
        var patient = await page.AddAsync("M-1");
        var form = Edit(page, patient);
        await page.Store.ReplaceAsync(patient with { Monitoring = MonitoringMode.Continuous });
        await FillAsync(form, "Given name", "Mine");
        await SaveAsync(form, "Save");
        form.WaitForAssertion(() => Assert.Equal(3, page.Store.FindAsync(patient.Id).Result!.Version));
        var stored = (await page.Store.FindAsync(patient.Id))!;
        Assert.Equal(("Mine", MonitoringMode.Continuous), (stored.GivenName, stored.Monitoring));
    }

    [Fact]
    public async Task An_unavailable_store_is_said_and_the_form_stays_as_it_was_filled_in()
    {
        await using var page = new RecordContext(store => BrokenStore.Of(
            store, nameof(IPatientStore.ReplaceAsync), (_, _) => Task.FromException<Patient>(new StoreUnavailableException("test", "away"))));
        var patient = await page.AddAsync("M-1");
        var form = Edit(page, patient);
        await FillAsync(form, "Given name", "Mine");
        await SaveAsync(form, "Save");
        form.WaitForAssertion(() => Assert.Contains("unavailable. Nothing was changed", form.Find("[role=alert]").TextContent));
        Assert.Equal("Mine", Field(form, "Given name").GetAttribute("value"));
    }

    [Fact]
    public async Task Nobody_under_the_address_is_said()
    {
        await using var page = new RecordContext();
        var form = page.Render<PatientEdit>(parameters => parameters.Add(edit => edit.Id, "nobody"));
        form.WaitForAssertion(() => Assert.Contains("There is no such patient", form.Markup));
    }

    [Fact]
    public async Task A_move_offers_the_free_beds_and_says_who_is_in_the_others()
    {
        await using var page = new RecordContext();
        await page.AddAsync("M-1", "Berg", "1");
        var patient = await page.AddAsync("M-2", "Dahl", "2");
        Patient? chosen = null;
        var form = page.Render<PlaceForm>(parameters => parameters.Add(f => f.Patient, patient).Add(f => f.Action, "Move").Add(f => f.Chosen, wanted => chosen = wanted));
        Assert.Equal(["1 Berg, Maria", "2 here now"], form.FindAll(".bed-choice").Select(bed => string.Join(' ', bed.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))));
        Assert.True(form.FindAll(".bed-choice")[0].HasAttribute("disabled"));
        await FillAsync(form, "Bed", "1");
        await SaveAsync(form, "Move");
        Assert.Contains("Not saved: Berg, Maria is in bed 1 of ICU.", form.Find("[role=alert]").TextContent);
        Assert.Null(chosen);
        await FillAsync(form, "Bed", "3");
        await SaveAsync(form, "Move");
        Assert.Equal("3", chosen?.Bed);
    }

    private static IRenderedComponent<PatientEdit> Edit(RecordContext page, Patient patient)
    {
        var form = page.Render<PatientEdit>(parameters => parameters.Add(edit => edit.Id, patient.Id.ToString()));
        form.WaitForElement("textarea");
        return form;
    }

    private static async Task FillNewAsync(IRenderedComponent<PatientEdit> form, string mrn)
    {
        foreach (var (label, text) in new[] { ("MRN", mrn), ("Family name", "Zhuang"), ("Given name", "Lei"), ("Region", "north"), ("Ward", "ICU"), ("Bed", "I99") })
            await FillAsync(form, label, text);
    }

    private static Task FillAsync<T>(IRenderedComponent<T> form, string label, string text, string element = "input")
        where T : Microsoft.AspNetCore.Components.IComponent => Field(form, label, element).ChangeAsync(text);

    private static IElement Field<T>(IRenderedComponent<T> form, string label, string element = "input")
        where T : Microsoft.AspNetCore.Components.IComponent
    {
        var name = form.FindAll("label").Single(one => one.TextContent.Trim() == label && one.HasAttribute("for"));
        return form.Find($"{element}[id='{name.GetAttribute("for")}']");
    }

    private static IElement Button<T>(IRenderedComponent<T> form, string text)
        where T : Microsoft.AspNetCore.Components.IComponent => form.FindAll("button").Single(button => button.TextContent.Trim() == text);

    private static Task SaveAsync<T>(IRenderedComponent<T> form, string button)
        where T : Microsoft.AspNetCore.Components.IComponent => Button(form, button).ClickAsync(new());
}
