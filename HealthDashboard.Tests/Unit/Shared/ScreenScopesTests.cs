using System.Security.Claims;
using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Scopes;
using HealthDashboard.Tests.Contracts;
using HealthDashboard.Tests.Support;
using HealthDashboard.Tests.Unit.Patients;

namespace HealthDashboard.Tests.Unit.Shared;

/// <summary>What a screen follows: a choice that cannot be made good shows too much rather than too little.</summary>
public sealed class ScreenScopesTests
{
    private static readonly ClaimsPrincipal Nina = new(new ClaimsIdentity([new Claim(ClaimTypes.Name, "nina")], "test"));
    private static readonly Clinician Nurse = new(Samples.Id(), "Nina Novak", Profession.Nurse, "north", "ICU", "nina");
    private bool unavailable;

    [Fact]
    public async Task My_patients_are_those_in_my_care_now_and_what_concerns_the_whole_of_their_wards()
    {
        await using var records = new RecordContext();
        var (own, other) = (await records.AddAsync("1"), await records.AddAsync("2"));
        await records.Team.PutCliniciansAsync([Nurse]);
        var now = records.Time.GetUtcNow();
        await records.Team.AssignAsync([new(own.Id, Nurse, CareRole.AssignedNurse, now, now.AddHours(8)), new(other.Id, Nurse, CareRole.AssignedNurse, now.AddHours(8))]);
        var scopes = await ScopesAsync(records);

        var mine = await scopes.FindAsync("mine", Nina, null, default);
        Assert.Equal((true, false), (Has(mine, own), Has(mine, other)));
        Assert.True(mine.Has(own.Region, own.Ward, null));
        Assert.False(mine.Has(own.Region, "another", null));

        records.Time.Advance(TimeSpan.FromHours(8));
        mine = await scopes.FindAsync("mine", Nina, mine, default);
        Assert.Equal((false, true), (Has(mine, own), Has(mine, other)));
    }

    [Fact]
    public async Task While_the_teams_are_unavailable_my_patients_are_as_before_else_everybody()
    {
        await using var records = new RecordContext();
        var (own, other) = (await records.AddAsync("1"), await records.AddAsync("2"));
        await records.Team.PutCliniciansAsync([Nurse]);
        await records.Team.AssignAsync([new(own.Id, Nurse, CareRole.AssignedNurse, records.Time.GetUtcNow())]);
        var scopes = await ScopesAsync(records);
        var mine = await scopes.FindAsync("mine", Nina, null, default);

        unavailable = true;
        Assert.Equal(mine, await scopes.FindAsync("mine", Nina, mine, default));
        var unknown = await scopes.FindAsync("mine", Nina, null, default);
        Assert.Equal((true, true), (Has(unknown, own), Has(unknown, other)));
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("north/Closed%20ward")]
    [InlineData("north")]
    [InlineData(null)]
    public async Task A_choice_that_stands_for_nobody_is_the_whole_hospital(string? choice)
    {
        await using var records = new RecordContext();
        var patient = await records.AddAsync("1");
        var scopes = await ScopesAsync(records);
        Assert.Equal(ScreenScope.Hospital, await scopes.FindAsync(choice, Nina, ScreenScope.Of(new WardKey("north", "Closed ward")), default));
        Assert.True(Has(ScreenScope.Hospital, patient));
    }

    [Fact]
    public async Task A_ward_is_its_patients_and_what_nobody_knows_the_place_of()
    {
        await using var records = new RecordContext();
        var patient = await records.AddAsync("1");
        var ward = await (await ScopesAsync(records)).FindAsync($"{Uri.EscapeDataString(patient.Region)}/{Uri.EscapeDataString(patient.Ward)}", Nina, null, default);
        Assert.True(Has(ward, patient));
        Assert.True(ward.Has(null, null, patient.Id));
        Assert.False(ward.Has(patient.Region, "another", patient.Id));
    }

    private static bool Has(ScreenScope scope, Patient patient) => scope.Has(patient.Region, patient.Ward, patient.Id);

    private async Task<ScreenScopes> ScopesAsync(RecordContext records)
    {
        await records.People.RefreshAsync(default);
        var team = BrokenStore.Of(records.Team, nameof(ICareTeamStore.PatientsOfAsync), (store, args) => unavailable
            ? Task.FromException<IReadOnlyList<ObjectId>>(new StoreUnavailableException("test", "away"))
            : store.PatientsOfAsync((ObjectId)args[0]!, (DateTimeOffset)args[1]!));
        return new(records.People, team, records.Directory, records.Time);
    }
}
