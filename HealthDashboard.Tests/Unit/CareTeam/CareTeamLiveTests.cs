using Bunit;
using HealthDashboard.Accounts;
using HealthDashboard.CareTeam;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Patients;
using Microsoft.AspNetCore.Components;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>The page of teams as it stays open.</summary>
public sealed class CareTeamLiveTests
{
    private static readonly Clinician Ann = new(ObjectId.Parse("0000000000000000000000b1"), "Ann Lee", Profession.Nurse, "North", "ICU");

    [Fact]
    public async Task What_others_change_appears_within_half_a_minute_and_an_unavailable_store_is_said_until_it_is_back()
    {
        var isBroken = false;
        await using var page = new RecordContext(changeTeam: store => BrokenStore.Of(store, nameof(ICareTeamStore.WorkloadAsync), (inner, args) => isBroken
            ? Task.FromException<IReadOnlyList<Workload>>(new StoreUnavailableException("test", "unavailable"))
            : inner.WorkloadAsync((DateTimeOffset)args[0]!)));
        page.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        await page.Team.PutCliniciansAsync([Ann]);
        var patient = await page.AddAsync("M-1", "Muster", "I07");
        var shown = page.Render<CareTeamPage>();
        shown.WaitForAssertion(() => Assert.Contains("1 with nobody to escalate to", shown.Markup, StringComparison.Ordinal));

        await page.Team.AssignAsync([new(patient.Id, Ann, CareRole.AssignedNurse, page.Time.GetUtcNow())]);
        page.Time.Advance(TimeSpan.FromSeconds(30));
        shown.WaitForAssertion(() => Assert.Contains("Ann Lee", shown.Find("[data-part=AssignedNurse]").TextContent, StringComparison.Ordinal));

        isBroken = true;
        page.Time.Advance(TimeSpan.FromSeconds(30));
        shown.WaitForAssertion(() => Assert.Contains("cannot be read now", shown.Markup, StringComparison.Ordinal));
        // What was known stays on the page.
        Assert.Contains("Ann Lee", shown.Find("[data-part=AssignedNurse]").TextContent, StringComparison.Ordinal);
        isBroken = false;
        page.Time.Advance(TimeSpan.FromSeconds(5));
        shown.WaitForAssertion(() => Assert.DoesNotContain("cannot be read now", shown.Markup, StringComparison.Ordinal));

        // However often it is read again, somebody has looked once.
        Assert.Single(await page.ReadAuditAsync(null, 9), entry => entry.Action == "look.careTeams");
    }

    [Fact]
    public async Task Whoever_may_no_longer_change_teams_is_refused_by_the_button_too()
    {
        await using var page = new RecordContext();
        page.SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        await page.Team.PutCliniciansAsync([Ann]);
        var patient = await page.AddAsync("M-1", "Muster", "I07");
        var shown = page.Render<CareTeamPage>();
        shown.WaitForElement("#assign-patient").Change(patient.Id.ToString());
        shown.Find("#assign-clinician").Change(Ann.Id.ToString());
        page.User.SetPolicies();
        await shown.Find(".care-form").SubmitAsync();
        Assert.Empty(await page.Team.TeamAsync(patient.Id, page.Time.GetUtcNow()));

        page.User.SetPolicies(Policies.Clinician);
        await shown.Find(".care-form").SubmitAsync();
        shown.WaitForAssertion(() => Assert.Contains("Ann Lee is assigned nurse of I07", shown.Find("[data-done]").TextContent, StringComparison.Ordinal));
        Assert.Equal("Ann Lee", Assert.Single(await page.Team.TeamAsync(patient.Id, page.Time.GetUtcNow())).Clinician.Name);
    }

    [Fact]
    public void Several_wards_are_drawn_each_for_itself_with_who_works_on_both_where_most_of_the_patients_are()
    {
        var doc = new Clinician(ObjectId.Parse("0000000000000000000000b3"), "Doc Roe", Profession.Doctor, "North");
        var rows = new[] { Row("c1", "ICU", Ann, doc), Row("c2", "Surgery", doc), Row("c3", "Surgery", doc), Row("c4", "Surgery") };
        var teams = new WardTeams(default, rows, 0, [], 0, null, null, [], 0, []);
        var graph = TeamGraphModel.Of(teams)!;
        Assert.Equal(
            ["patient ICU, North", "patient Surgery, North", "patient Surgery, North", "uncovered Surgery, North", "nurse ICU, North", "doctor Surgery, North"],
            graph.Nodes.Select(node => $"{node.Kind} {node.Group}"));
        Assert.Equal(4, graph.Edges.Count);
        Assert.Contains("4 patients and 2 clinicians", TeamGraphModel.Sentence(teams), StringComparison.Ordinal);
        Assert.Null(TeamGraphModel.Of(teams with { Rows = [.. Enumerable.Repeat(rows[0], TeamGraphModel.MostPatients + 1)] }));

        static TeamRow Row(string id, string ward, params IEnumerable<Clinician> people)
        {
            var patient = Contracts.Samples.Patient(id, id) with { Id = ObjectId.Parse($"0000000000000000000000{id}"), Region = "North", Ward = ward, Bed = id };
            CareAssignment[] team = [.. people.Select(one => new CareAssignment(patient.Id, one, one.Profession == Profession.Nurse ? CareRole.AssignedNurse : CareRole.Attending, default))];
            return new(patient, team, [], [.. team.Select(one => new[] { one.Clinician })]);
        }
    }
}
