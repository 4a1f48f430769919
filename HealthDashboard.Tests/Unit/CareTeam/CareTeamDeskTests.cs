using System.Security.Claims;
using HealthDashboard.Accounts;
using HealthDashboard.CareTeam;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace HealthDashboard.Tests.Unit.CareTeam;

/// <summary>What pages do with teams, over the real store.</summary>
public sealed class CareTeamDeskTests : IAsyncLifetime
{
    private static readonly Clinician Ann = new(ObjectId.Parse("0000000000000000000000b1"), "Ann", Profession.Nurse, "North", "ICU");
    private static readonly Clinician Ben = new(ObjectId.Parse("0000000000000000000000b2"), "Ben", Profession.Nurse, "North", "ICU");
    private static readonly Clinician Doc = new(ObjectId.Parse("0000000000000000000000b3"), "Doc", Profession.Doctor, "North", "ICU");

    private FeatureHost host = null!;
    private Patient first = null!;
    private Patient second = null!;

    private CareTeamDesk Desk => host.Services.GetRequiredService<CareTeamDesk>();

    private ICareTeamStore Team => host.Services.GetRequiredService<ICareTeamStore>();

    private DateTimeOffset Now => host.Time.GetUtcNow();

    private static ClaimsPrincipal User(string wards) => new(new ClaimsIdentity([new(ClaimTypes.Name, "nina"), new(ClaimTypes.Role, Roles.Nurse), new(AccountWards.Claim, wards)], "test"));

    private static readonly ClaimsPrincipal Nina = User(AccountWards.Everywhere);

    public async ValueTask InitializeAsync()
    {
        host = await FeatureHost.StartAsync();
        await Team.PutCliniciansAsync([Ann, Ben, Doc]);
        var nurse = await host.SignedInAsync("nurse");
        (first, second) = (await FeatureHost.AddPatientAsync(nurse), await FeatureHost.AddPatientAsync(nurse, "M-2"));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_shift_takes_the_place_of_who_has_the_part_and_gives_it_back_afterwards()
    {
        await Team.AssignAsync(
        [
            new(first.Id, Ann, CareRole.AssignedNurse, Now),
            new(first.Id, Ben, CareRole.ChargeNurse, Now),
            new(second.Id, Ann, CareRole.AssignedNurse, Now.AddHours(3), Now.AddHours(9)),
        ]);
        var shift = new AssignWish([first.Id, second.Id], Ben.Id, CareRole.AssignedNurse, Now.AddHours(2), Now.AddHours(6), InPlaceOfOthers: true);
        Assert.Equal(["Ann", "Ann"], (await Desk.OthersAsync(shift, default)).Select(other => other.Clinician.Name));
        Assert.Empty(await Desk.AssignAsync(Nina, shift, default));

        Assert.Equal(["Ann 0-2", "Ben 2-6", "Ann 6-"], await NursesAsync(first));
        Assert.Equal(["Ben 2-6", "Ann 6-9"], await NursesAsync(second));
        Assert.Equal(["Ben"], (await Team.TeamAsync(first.Id, Now.AddHours(4))).Where(one => one.Role == CareRole.ChargeNurse).Select(one => one.Clinician.Name));
        Assert.Equal(["careTeam.assign", "careTeam.unassign"], await DeedsAsync(first));
        Assert.Equal(["careTeam.assign", "careTeam.unassign"], await DeedsAsync(second));

        // Whoever got no answer does it once more.
        Assert.Empty(await Desk.AssignAsync(Nina, shift, default));
        Assert.Equal(["Ann 0-2", "Ben 2-6", "Ann 6-"], await NursesAsync(first));
    }

    [Fact]
    public async Task Two_have_a_part_together_when_nobody_gives_way()
    {
        await Team.AssignAsync([new(first.Id, Ann, CareRole.AssignedNurse, Now)]);
        Assert.Empty(await Desk.AssignAsync(Nina, new([first.Id], Ben.Id, CareRole.AssignedNurse), default));
        Assert.Equal(["Ann 0-", "Ben 0-"], await NursesAsync(first));
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_sentences_and_nothing_is_stored_for_anybody()
    {
        Assert.Equal(["Choose a patient."], await Desk.AssignAsync(Nina, new([], Ann.Id, CareRole.AssignedNurse), default));
        Assert.Equal(["Choose a clinician."], await Desk.AssignAsync(Nina, new([first.Id], null, CareRole.AssignedNurse), default));
        Assert.Contains("Nurses are assigned", Assert.Single(await Desk.AssignAsync(Nina, new([first.Id], Ann.Id, CareRole.Attending), default)), StringComparison.Ordinal);
        Assert.Contains("after the start", Assert.Single(await Desk.AssignAsync(Nina, new([first.Id], Ann.Id, CareRole.AssignedNurse, Now, Now), default)), StringComparison.Ordinal);
        Assert.Contains("deleted", Assert.Single(await Desk.AssignAsync(Nina, new([first.Id, ObjectId.Parse("0000000000000000000000ff")], Ann.Id, CareRole.AssignedNurse), default)), StringComparison.Ordinal);
        Assert.Contains("neither in your care", Assert.Single(await Desk.AssignAsync(User("South/Ward 1"), new([first.Id], Ann.Id, CareRole.AssignedNurse), default)), StringComparison.Ordinal);
        Assert.Empty(await Team.TeamAsync(first.Id, Now));
        Assert.Empty(await DeedsAsync(first));
    }

    [Fact]
    public async Task A_part_is_changed_from_now_on_and_an_end_is_moved_but_not_over_what_somebody_else_did()
    {
        await Team.AssignAsync([new(first.Id, Ann, CareRole.AssignedNurse, Now)]);
        host.Time.Advance(TimeSpan.FromHours(1));
        var shown = Assert.Single(await Team.TeamAsync(first.Id, Now));
        Assert.Empty(await Desk.ChangeAsync(Nina, shown, CareRole.ChargeNurse, Now.AddHours(4), default));
        var changed = Assert.Single(await Team.TeamAsync(first.Id, Now));
        Assert.Equal((CareRole.ChargeNurse, Now, Now.AddHours(4)), (changed.Role, changed.From, changed.To));

        Assert.Contains("meanwhile", Assert.Single(await Desk.ChangeAsync(Nina, shown, CareRole.AssignedNurse, null, default)), StringComparison.Ordinal);
        Assert.Contains("in the future", Assert.Single(await Desk.ChangeAsync(Nina, changed, CareRole.ChargeNurse, Now, default)), StringComparison.Ordinal);
        Assert.Empty(await Desk.ChangeAsync(Nina, changed, CareRole.ChargeNurse, null, default));
        Assert.Null(Assert.Single(await Team.TeamAsync(first.Id, Now)).To);
        Assert.Equal(["careTeam.update", "careTeam.update"], await DeedsAsync(first));
    }

    [Fact]
    public async Task An_assignment_ends_now_and_one_to_come_never_holds()
    {
        await Team.AssignAsync([new(first.Id, Ann, CareRole.AssignedNurse, Now, Now.AddHours(8)), new(first.Id, Ben, CareRole.AssignedNurse, Now.AddHours(8), Now.AddHours(16))]);
        host.Time.Advance(TimeSpan.FromHours(1));
        foreach (var one in await Team.AssignmentsAsync([first.Id], Now, Now.AddDays(1)))
            Assert.Empty(await Desk.EndAsync(Nina, one, default));
        Assert.Empty(await Team.AssignmentsAsync([first.Id], Now, Now.AddDays(1)));
        Assert.Equal(["careTeam.unassign", "careTeam.unassign"], await DeedsAsync(first));
    }

    private async Task<IEnumerable<string>> NursesAsync(Patient patient)
    {
        var start = Now;
        return (await Team.AssignmentsAsync([patient.Id], start, start.AddDays(9))).Where(one => one.Role == CareRole.AssignedNurse)
            .Select(one => $"{one.Clinician.Name} {(one.From - start).TotalHours:0}-{(one.To is { } to ? $"{(to - start).TotalHours:0}" : "")}").ToList();
    }

    private async Task<IEnumerable<string>> DeedsAsync(Patient patient) =>
        (await host.ReadAuditAsync(patient.Id, 9)).Select(entry => entry.Action).Where(action => action.StartsWith("careTeam.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
}
