using System.Net;
using System.Text.RegularExpressions;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>The pages of teams and shifts as the server first sends them: who sees whom, and what the audit has.</summary>
public sealed partial class CareTeamPageTests : IAsyncLifetime
{
    private static readonly Clinician Ann = new(ObjectId.Parse("0000000000000000000000b1"), "Ann Lee", Profession.Nurse, "North", "ICU");
    private static readonly Clinician Doc = new(ObjectId.Parse("0000000000000000000000b3"), "Doc Roe", Profession.Doctor, "North", "ICU");

    private FeatureHost host = null!;
    private HttpClient nurse = null!;
    private Patient patient = null!;

    private ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        await Team.PutCliniciansAsync([Ann, Doc]);
        nurse = await host.SignedInAsync("nurse");
        patient = await FeatureHost.AddPatientAsync(nurse);
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_ward_lists_who_cares_for_whom_and_who_has_nobody()
    {
        var page = await TextAsync(nurse, "/care-team");
        Assert.Contains("1 patient, 1 without an assigned nurse, 1 with nobody to escalate to", page, StringComparison.Ordinal);
        await Team.SetOnCallAsync(new(null, Ann, Doc));
        Assert.Contains("on call only", await TextAsync(nurse, "/care-team"), StringComparison.Ordinal);
        await Team.AssignAsync([new(patient.Id, Ann, CareRole.AssignedNurse, host.Time.GetUtcNow())]);
        page = await TextAsync(nurse, "/care-team");
        Assert.Contains("Quist, Zoë", page, StringComparison.Ordinal);
        Assert.Contains("Whole hospital: 1 patient", page, StringComparison.Ordinal);
        Assert.DoesNotContain("without an assigned nurse", page, StringComparison.Ordinal);
        Assert.Contains(await host.ReadAuditAsync(null, 9), entry => entry is { Action: "look.careTeams", Actor: "nurse" });
    }

    [Fact]
    public async Task A_patient_or_a_clinician_is_in_the_middle_by_the_address()
    {
        await Team.SetOnCallAsync(new(null, Ann, Doc));
        await Team.AssignAsync([new(patient.Id, Ann, CareRole.AssignedNurse, host.Time.GetUtcNow()), new(patient.Id, Doc, CareRole.Attending, host.Time.GetUtcNow(), host.Time.GetUtcNow().AddHours(4))]);
        var page = await TextAsync(nurse, $"/care-team?patient={patient.Id}");
        Assert.Contains("Team of Quist, Zoë", page, StringComparison.Ordinal);
        Assert.Contains("Ann Lee 1 patient assigned nurse 1 08:00 open", page, StringComparison.Ordinal);
        Assert.Contains("Doc Roe 1 patient attending doctor 2 08:00 12:00", page, StringComparison.Ordinal);
        Assert.Contains("On call for the hospital Change Ann Lee, charge nurse Doc Roe, doctor", page, StringComparison.Ordinal);
        Assert.Contains(await host.ReadAuditAsync(patient.Id, 9), entry => entry.Action == "look.careTeams");

        page = await TextAsync(nurse, $"/care-team?clinician={Ann.Id}");
        Assert.Contains("Patients of Ann Lee", page, StringComparison.Ordinal);
        Assert.Contains("on call for the hospital", page, StringComparison.Ordinal);
        Assert.Contains("Nobody is at this address", await TextAsync(nurse, $"/care-team?clinician={ObjectId.New(host.Time)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patients_who_are_not_ones_own_are_in_no_list_and_lead_to_breaking_the_glass()
    {
        await Team.AssignAsync([new(patient.Id, Ann, CareRole.AssignedNurse, host.Time.GetUtcNow())]);
        var resident = await host.SignedInAsync("resident");
        foreach (var address in (string[])["/care-team", $"/care-team?clinician={Ann.Id}", "/care-team/shifts", "/care-team/shifts?by=patient"])
            Assert.DoesNotContain("Quist", await TextAsync(resident, address), StringComparison.Ordinal);
        Assert.Contains("whom you may not see", await TextAsync(resident, $"/care-team?clinician={Ann.Id}"), StringComparison.Ordinal);
        using var asked = await resident.GetAsync($"/care-team?patient={patient.Id}");
        Assert.Equal(HttpStatusCode.Found, asked.StatusCode);
        Assert.Contains("/break-glass", asked.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_change_teams_is_offered_nothing_to_change_them_with()
    {
        var admin = await host.SignedInAsync("admin");
        foreach (var (address, form) in new[] { ("/care-team", "assign-clinician"), ("/care-team/shifts", "shift-clinician") })
        {
            Assert.Contains(form, await nurse.GetStringAsync(address), StringComparison.Ordinal);
            var page = await admin.GetStringAsync(address);
            Assert.DoesNotContain(form, page, StringComparison.Ordinal);
            Assert.DoesNotContain("draggable=\"true\"", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Shifts_say_who_works_when_and_when_a_patient_has_no_nurse()
    {
        var now = host.Time.GetUtcNow();
        await Team.AssignAsync([new(patient.Id, Ann, CareRole.AssignedNurse, now, now.AddHours(8)), new(patient.Id, Doc, CareRole.Attending, now)]);
        var page = await TextAsync(nurse, "/care-team/shifts");
        Assert.Contains("Ann Lee assigned nurse Mon 08:00 Mon 16:00 1 Quist, Zoë", page, StringComparison.Ordinal);
        Assert.Contains("no assigned nurse Mon 16:00 to Tue 08:00 and on", page, StringComparison.Ordinal);
        Assert.Contains("1 Quist, Zoë assigned nurse Mon 16:00 after Tue 08:00 no nurse", await TextAsync(nurse, "/care-team/shifts?by=patient"), StringComparison.Ordinal);
    }

    // The words of a page in their order, without its elements.
    private static async Task<string> TextAsync(HttpClient client, string address)
    {
        var page = await client.GetStringAsync(address);
        return Space().Replace(WebUtility.HtmlDecode(Element().Replace(page[page.IndexOf("<main", StringComparison.Ordinal)..], " ")), " ").Replace(" ,", ",", StringComparison.Ordinal);
    }

    [GeneratedRegex("<[^>]*>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Element();

    [GeneratedRegex(@"\s+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
