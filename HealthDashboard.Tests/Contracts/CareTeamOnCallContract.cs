using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <content>Clinicians who leave, whose account is whose, and who is on call.</content>
public abstract partial class CareTeamStoreContract
{
    private static readonly WardKey Icu = new("north", "ICU"), Er = new("north", "ER"), Far = new("a/north", "ICU");

    [Fact]
    public async Task Who_leaves_is_in_no_list_and_has_nobody_in_care_any_more()
    {
        await SetUpAsync();
        await store.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, Noon), new(patient, Carl, CareRole.ChargeNurse, Noon),
            new(Id(), Nina, CareRole.AssignedNurse, Noon.AddHours(2), Noon.AddHours(10)), new(Id(), Nina, CareRole.AssignedNurse, Noon.AddDays(1)),
        ]);
        await store.ReferAsync(Carl.Id, Nina.Id);
        await store.ReferAsync(Nina.Id, Dora.Id);
        var left = Noon.AddHours(1);
        Assert.True(await store.RemoveClinicianAsync(Nina.Id, left));
        Assert.False(await store.RemoveClinicianAsync(Nina.Id, left));
        Assert.False(await store.RemoveClinicianAsync(Id(), left));

        Assert.Equal([Carl, Dora], await store.CliniciansAsync());
        Assert.Equal([Carl, Dora], (await store.WorkloadAsync(left)).Select(load => load.Clinician));
        Assert.Equal([Carl], (await store.TeamAsync(patient, left)).Select(a => a.Clinician));
        foreach (var at in new[] { left, Noon.AddHours(3), Noon.AddDays(2) })
            Assert.Empty(await store.PatientsOfAsync(Nina.Id, at));
        Assert.Empty(await store.AssignmentsOfAsync(Nina.Id, left));
        Assert.Empty(await store.ReferralPathAsync(Carl.Id, Dora.Id));
        Assert.Empty(await store.ReferralPathAsync(Nina.Id, Nina.Id));
    }

    [Fact]
    public async Task What_somebody_did_before_leaving_stays()
    {
        await SetUpAsync();
        var other = Id();
        await store.AssignAsync(
            [new(patient, Nina, CareRole.AssignedNurse, Noon), new(other, Nina, CareRole.AssignedNurse, Noon.AddHours(-3), Noon.AddHours(1))]);
        await store.RemoveClinicianAsync(Nina.Id, Noon.AddHours(2));

        var then = Nina with { Account = null };
        Assert.Equal([new CareAssignment(patient, then, CareRole.AssignedNurse, Noon, Noon.AddHours(2))], await store.TeamAsync(patient, Noon));
        Assert.Equal([new NurseContact(other, then, Noon, Noon.AddHours(1))], await store.ContactsAsync(patient, Noon.AddDays(-1)));
    }

    [Fact]
    public async Task Nothing_is_given_to_somebody_who_has_left()
    {
        await SetUpAsync();
        await store.RemoveClinicianAsync(Nina.Id, Noon);
        await MissingAsync(() => store.AssignAsync([new(patient, Carl, CareRole.ChargeNurse, Noon), new(patient, Nina, CareRole.AssignedNurse, Noon)]));
        await MissingAsync(() => store.ReferAsync(Nina.Id, Carl.Id));
        await MissingAsync(() => store.ReferAsync(Carl.Id, Nina.Id));
        await MissingAsync(() => store.SetOnCallAsync(new(Icu, Nina, Dora)));
        Assert.Empty(await store.TeamAsync(patient, Noon));
        Assert.Empty(await store.OnCallAsync());

        await store.PutCliniciansAsync([Nina]);
        await store.AssignAsync([new(patient, Nina, CareRole.AssignedNurse, Noon)]);
        Assert.Contains(Nina, await store.CliniciansAsync());
    }

    [Fact]
    public async Task An_account_belongs_to_one_clinician()
    {
        await SetUpAsync();
        var other = Clinician("Nora") with { Account = Nina.Account };
        await DuplicateAsync(() => store.PutCliniciansAsync([Clinician("Otto"), other]));
        await DuplicateAsync(() => store.PutCliniciansAsync([Clinician("Otto") with { Account = "same" }, Clinician("Olga") with { Account = "same" }]));
        Assert.Equal([Carl, Dora, Nina], await store.CliniciansAsync());

        await store.PutCliniciansAsync([Clinician("Otto") with { Account = null }, Clinician("Olga") with { Account = null }]);
        await store.RemoveClinicianAsync(Nina.Id, Noon);
        await store.PutCliniciansAsync([other]);
        Assert.Contains(other, await store.CliniciansAsync());
        await DuplicateAsync(() => store.PutCliniciansAsync([Nina]));
    }

    [Fact]
    public async Task An_account_belongs_to_one_clinician_whoever_asks_at_the_same_time()
    {
        var another = factory.Open();
        var (done, failed) = await RaceAsync(6, async runner =>
        {
            await (runner % 2 == 0 ? store : another).PutCliniciansAsync([Clinician($"{runner}") with { Account = "same" }]);
            return true;
        });
        Assert.Single(done);
        Assert.All(failed, error => Assert.Equal(ConflictReason.Duplicate, Assert.IsType<ConflictException>(error).Reason));
        Assert.Single(await store.CliniciansAsync());
    }

    [Fact]
    public async Task The_assignments_of_a_clinician_are_those_that_hold_or_will()
    {
        await SetUpAsync();
        var (ended, holds, open, tomorrow) = (Id(), Id(), Id(), Id());
        CareAssignment[] kept =
        [
            new(holds, Nina, CareRole.AssignedNurse, Noon.AddHours(-1), Noon.AddHours(1)), new(open, Nina, CareRole.ChargeNurse, Noon),
            new(tomorrow, Nina, CareRole.AssignedNurse, Noon.AddDays(1), Noon.AddDays(2)),
        ];
        await store.AssignAsync(
            [.. kept, new(ended, Nina, CareRole.AssignedNurse, Noon.AddHours(-2), Noon), new(open, Carl, CareRole.ChargeNurse, Noon), new(ended, Nina, CareRole.ChargeNurse, Noon.AddDays(3))]);
        await store.UnassignAsync(ended, Nina.Id, CareRole.ChargeNurse, Noon);
        Assert.Equal(kept, await store.AssignmentsOfAsync(Nina.Id, Noon));
        Assert.Empty(await store.AssignmentsOfAsync(Dora.Id, Noon));
    }

    [Fact]
    public async Task Patients_with_a_team_have_somebody_to_escalate_to()
    {
        await SetUpAsync();
        var (nursed, supervised, treated, advised, past, later) = (Id(), Id(), Id(), Id(), Id(), Id());
        await store.AssignAsync(
        [
            new(nursed, Nina, CareRole.AssignedNurse, Noon), new(nursed, Carl, CareRole.ChargeNurse, Noon), new(supervised, Carl, CareRole.ChargeNurse, Noon, Noon.AddHours(1)),
            new(treated, Dora, CareRole.Attending, Noon), new(advised, Dora, CareRole.Consulting, Noon),
            new(past, Nina, CareRole.AssignedNurse, Noon.AddHours(-1), Noon), new(later, Nina, CareRole.AssignedNurse, Noon.AddHours(1)),
        ]);
        Assert.Equal([nursed, supervised, treated], await store.PatientsWithTeamAsync(Noon));
        Assert.Equal([nursed, treated, later], await store.PatientsWithTeamAsync(Noon.AddHours(1)));
    }

    [Fact]
    public async Task On_call_comes_back_by_place_with_the_hospital_first()
    {
        await SetUpAsync();
        OnCall[] all = [new(null, Carl, Dora), new(Far, Nina), new(Er, null, Dora), new(Icu, Nina, Dora)];
        foreach (var place in Enumerable.Reverse(all))
            await store.SetOnCallAsync(place);
        Assert.Equal(all, await store.OnCallAsync());
        Assert.Equal(all, await factory.Open().OnCallAsync());
        Assert.Equal(all, await factory.Reopen().OnCallAsync());
    }

    [Fact]
    public async Task Who_is_on_call_is_replaced_place_by_place()
    {
        await SetUpAsync();
        await store.SetOnCallAsync(new(Icu, Nina, Dora));
        await store.SetOnCallAsync(new(null, Carl, Dora));
        await store.SetOnCallAsync(new(Icu, Carl));
        Assert.Equal([new OnCall(null, Carl, Dora), new OnCall(Icu, Carl)], await store.OnCallAsync());

        var renamed = Carl with { Name = "Lee, Ann" };
        await store.PutCliniciansAsync([renamed]);
        await store.SetOnCallAsync(new(null));
        Assert.Equal([new OnCall(Icu, renamed)], await store.OnCallAsync());
        await store.RemoveClinicianAsync(Carl.Id, Noon);
        Assert.Empty(await store.OnCallAsync());
    }

    [Fact]
    public async Task Unknown_people_are_not_put_on_call_and_nothing_changes()
    {
        await SetUpAsync();
        OnCall before = new(Icu, Nina, Dora);
        await store.SetOnCallAsync(before);
        await MissingAsync(() => store.SetOnCallAsync(new(Icu, Carl, Clinician("nobody", Profession.Doctor))));
        await MissingAsync(() => store.SetOnCallAsync(new(null, Clinician("nobody"))));
        Assert.Equal([before], await store.OnCallAsync());
    }

    [Fact]
    public async Task One_person_a_role_is_on_call_however_many_nodes_say_who()
    {
        await SetUpAsync();
        var another = factory.Open();
        var (done, failed) = await RaceAsync(8, async runner =>
        {
            await (runner % 2 == 0 ? store : another).SetOnCallAsync(new(runner < 4 ? Icu : null, runner % 3 == 0 ? Nina : Carl, Dora));
            return true;
        });
        Assert.Equal((8, 0), (done.Length, failed.Length));
        Assert.Equal(2, (await store.OnCallAsync()).Count);
        foreach (var who in new[] { Nina, Carl, Dora })
            await store.RemoveClinicianAsync(who.Id, Noon);
        Assert.Empty(await store.OnCallAsync());
    }

    private static async Task DuplicateAsync(Func<Task> act) =>
        Assert.Equal(ConflictReason.Duplicate, (await Assert.ThrowsAsync<ConflictException>(act)).Reason);
}
