using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using HealthDashboard.Tests.Support;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <summary>What every store of care teams does.</summary>
public abstract partial class CareTeamStoreContract(StoreFactory<ICareTeamStore> factory) : IDisposable
{
    private static readonly Clinician Nina = Clinician("Nina"), Carl = Clinician("carl"), Dora = Clinician("Dora", Profession.Doctor);
    private readonly ICareTeamStore store = factory.Open();
    private readonly ObjectId patient = Id();

    public void Dispose() => factory.Dispose();

    [Fact]
    public async Task Clinicians_come_back_by_name_and_are_replaced_by_id()
    {
        var zoe = new Clinician(Id(), "Zoë 李", Profession.Doctor, "süd");
        await store.PutCliniciansAsync([Nina, zoe, Carl, Dora]);
        Assert.Equal([Carl, Dora, Nina, zoe], await store.CliniciansAsync());

        var renamed = zoe with { Name = "Anna", Ward = "ICU", Account = "anna", Profession = Profession.Nurse };
        await store.PutCliniciansAsync([renamed]);
        Assert.Equal([renamed, Carl, Dora, Nina], await store.CliniciansAsync());
    }

    [Fact]
    public async Task The_team_is_in_the_order_of_escalation_and_then_of_start()
    {
        var second = Clinician("second");
        await SetUpAsync(second);
        await store.AssignAsync(
        [
            new(patient, Dora, CareRole.Consulting, Noon), new(patient, Dora, CareRole.Attending, Noon), new(patient, Carl, CareRole.ChargeNurse, Noon),
            new(patient, second, CareRole.AssignedNurse, Noon), new(patient, Nina, CareRole.AssignedNurse, Noon.AddHours(-1), Noon.AddHours(1)),
            new(Id(), Dora, CareRole.Attending, Noon),
        ]);
        var team = await store.TeamAsync(patient, Noon);
        Assert.Equal(
            [
                (Nina, CareRole.AssignedNurse), (second, CareRole.AssignedNurse), (Carl, CareRole.ChargeNurse), (Dora, CareRole.Attending),
                (Dora, CareRole.Consulting),
            ],
            team.Select(a => (a.Clinician, a.Role)));
        Assert.Equal(new CareAssignment(patient, Nina, CareRole.AssignedNurse, Noon.AddHours(-1), Noon.AddHours(1)), team[0]);
    }

    [Fact]
    public async Task An_assignment_holds_from_its_start_until_just_before_its_end()
    {
        await SetUpAsync();
        await store.AssignAsync([new(patient, Nina, CareRole.AssignedNurse, Noon, Noon.AddHours(8))]);
        foreach (var (at, holds) in new[]
        {
            (Noon.AddMilliseconds(-1), false), (Noon, true), (Noon.AddHours(8).AddMilliseconds(-1), true), (Noon.AddHours(8), false),
        })
        {
            Assert.Equal(holds, (await store.TeamAsync(patient, at)).Count == 1);
            Assert.Equal(holds, (await store.PatientsOfAsync(Nina.Id, at)).Count == 1);
        }
    }

    [Fact]
    public async Task The_same_assignment_again_replaces_its_end()
    {
        await SetUpAsync();
        var assignment = new CareAssignment(patient, Nina, CareRole.AssignedNurse, Noon);
        await store.AssignAsync([assignment]);
        await store.AssignAsync([assignment]);
        Assert.Equal([assignment], await store.TeamAsync(patient, Noon));
        await store.AssignAsync([assignment with { To = Noon.AddHours(1) }]);
        Assert.Equal([assignment with { To = Noon.AddHours(1) }], await store.TeamAsync(patient, Noon));
        Assert.Empty(await store.TeamAsync(patient, Noon.AddHours(1)));
    }

    [Fact]
    public async Task Assigning_an_unknown_clinician_writes_nothing()
    {
        await SetUpAsync();
        await MissingAsync(() => store.AssignAsync(
            [new(patient, Nina, CareRole.AssignedNurse, Noon), new(patient, Clinician("nobody"), CareRole.Attending, Noon)]));
        Assert.Empty(await store.TeamAsync(patient, Noon));
    }

    [Fact]
    public async Task Unassigning_ends_what_holds_in_that_role_only()
    {
        await SetUpAsync();
        var other = Id();
        await store.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, Noon, Noon.AddHours(8)), new(patient, Nina, CareRole.ChargeNurse, Noon),
            new(patient, Carl, CareRole.AssignedNurse, Noon), new(other, Nina, CareRole.AssignedNurse, Noon),
        ]);
        var end = Noon.AddHours(2);
        Assert.True(await store.UnassignAsync(patient, Nina.Id, CareRole.AssignedNurse, end));
        Assert.False(await store.UnassignAsync(patient, Nina.Id, CareRole.AssignedNurse, end));
        Assert.False(await store.UnassignAsync(patient, Dora.Id, CareRole.Attending, end));

        Assert.Contains(await store.TeamAsync(patient, end.AddMilliseconds(-1)), a => a.Clinician == Nina && a.Role == CareRole.AssignedNurse);
        Assert.Equal([(Carl, CareRole.AssignedNurse), (Nina, CareRole.ChargeNurse)], (await store.TeamAsync(patient, end)).Select(a => (a.Clinician, a.Role)));
        Assert.Equal([patient, other], await store.PatientsOfAsync(Nina.Id, end));
    }

    [Fact]
    public async Task An_open_assignment_that_is_ended_before_it_begins_never_holds()
    {
        await SetUpAsync();
        await store.AssignAsync([new(patient, Nina, CareRole.AssignedNurse, Noon.AddHours(1))]);
        Assert.True(await store.UnassignAsync(patient, Nina.Id, CareRole.AssignedNurse, Noon));
        Assert.Empty(await store.TeamAsync(patient, Noon.AddHours(1)));
    }

    [Fact]
    public async Task A_patient_with_two_roles_of_one_clinician_is_counted_once()
    {
        await SetUpAsync();
        var second = Id();
        await store.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, Noon), new(patient, Nina, CareRole.ChargeNurse, Noon), new(second, Nina, CareRole.AssignedNurse, Noon),
            new(second, Carl, CareRole.ChargeNurse, Noon), new(Id(), Carl, CareRole.ChargeNurse, Noon.AddDays(-2), Noon.AddDays(-1)),
        ]);
        Assert.Equal([patient, second], await store.PatientsOfAsync(Nina.Id, Noon));
        Assert.Equal([second], await store.SharedPatientsAsync(Nina.Id, Carl.Id, Noon));
        Assert.Equal([second], await store.SharedPatientsAsync(Carl.Id, Nina.Id, Noon));
        Assert.Empty(await store.SharedPatientsAsync(Nina.Id, Dora.Id, Noon));
        Assert.Equal([new Workload(Nina, 2), new(Carl, 1), new(Dora, 0)], await store.WorkloadAsync(Noon));
    }

    [Fact]
    public async Task The_shortest_way_of_referrals_is_found()
    {
        var line = Enumerable.Range(0, 10).Select(n => Clinician($"{n}", Profession.Doctor)).ToArray();
        await store.PutCliniciansAsync(line);
        for (var n = 0; n < 9; n++)
            await store.ReferAsync(line[n].Id, line[n + 1].Id);
        await store.ReferAsync(line[0].Id, line[1].Id);
        await store.ReferAsync(line[3].Id, line[0].Id);

        Assert.Equal(line[..9], await store.ReferralPathAsync(line[0].Id, line[8].Id));
        Assert.Empty(await store.ReferralPathAsync(line[0].Id, line[9].Id));
        Assert.Empty(await store.ReferralPathAsync(line[9].Id, line[0].Id));
        Assert.Equal([line[2]], await store.ReferralPathAsync(line[2].Id, line[2].Id));
        Assert.Empty(await store.ReferralPathAsync(line[0].Id, Id()));

        await store.ReferAsync(line[1].Id, line[6].Id);
        Assert.Equal([line[0], line[1], line[6], line[7], line[8], line[9]], await store.ReferralPathAsync(line[0].Id, line[9].Id));
    }

    [Fact]
    public async Task A_way_through_a_dense_graph_is_found_without_trying_every_way()
    {
        // Each of 8 steps has 12 choices: 12^7 ways.
        var layers = Enumerable.Range(0, 9).Select(layer => Enumerable.Range(0, layer is 0 or 8 ? 1 : 12)
            .Select(n => Clinician($"{layer}.{n}", Profession.Doctor)).ToArray()).ToArray();
        await store.PutCliniciansAsync([.. layers.SelectMany(layer => layer)]);
        foreach (var (from, to) in layers.Zip(layers.Skip(1)))
            await Task.WhenAll(from.SelectMany(f => to.Select(t => store.ReferAsync(f.Id, t.Id))));
        var path = await store.ReferralPathAsync(layers[0][0].Id, layers[8][0].Id).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(Enumerable.Range(0, 9).Select(n => $"{n}"), path.Select(c => c.Name.Split('.')[0]));
    }

    [Fact]
    public async Task Referring_to_an_unknown_clinician_is_refused()
    {
        await SetUpAsync();
        await MissingAsync(() => store.ReferAsync(Nina.Id, Id()));
        await MissingAsync(() => store.ReferAsync(Id(), Nina.Id));
    }

    [Fact]
    public async Task Contacts_shared_a_nurse_at_the_same_time()
    {
        await SetUpAsync();
        var (overlap, open, touching, byDoctor, before) = (Id(), Id(), Id(), Id(), Id());
        await store.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, Noon, Noon.AddHours(8)), new(patient, Dora, CareRole.Attending, Noon),
            new(patient, Carl, CareRole.ChargeNurse, Noon),
            new(overlap, Nina, CareRole.AssignedNurse, Noon.AddHours(-2), Noon.AddHours(2)), new(open, Carl, CareRole.AssignedNurse, Noon.AddHours(3)),
            new(touching, Nina, CareRole.AssignedNurse, Noon.AddHours(8)), new(byDoctor, Dora, CareRole.Attending, Noon),
            new(before, Nina, CareRole.AssignedNurse, Noon.AddHours(-9), Noon),
        ]);
        NurseContact first = new(overlap, Nina, Noon, Noon.AddHours(2)), second = new(open, Carl, Noon.AddHours(3), null);
        Assert.Equal([first, second], await store.ContactsAsync(patient, Noon.AddDays(-1)));
        Assert.Equal([second], await store.ContactsAsync(patient, Noon.AddHours(2)));
        Assert.Equal(
            [new NurseContact(before, Nina, Noon.AddHours(-2), Noon), first with { PatientId = patient }], await store.ContactsAsync(overlap, Noon.AddDays(-1)));
        Assert.Empty(await store.ContactsAsync(Id(), Noon.AddDays(-1)));
    }

    [Fact]
    public async Task A_nurse_in_two_roles_is_one_contact()
    {
        await SetUpAsync();
        var other = Id();
        await store.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, Noon), new(patient, Nina, CareRole.ChargeNurse, Noon),
            new(other, Nina, CareRole.AssignedNurse, Noon.AddHours(1)), new(other, Nina, CareRole.ChargeNurse, Noon.AddHours(1)),
        ]);
        Assert.Equal([new NurseContact(other, Nina, Noon.AddHours(1), null)], await store.ContactsAsync(patient, Noon));
    }

    [Fact]
    public async Task What_was_written_is_there_for_others_and_after_a_restart()
    {
        await SetUpAsync();
        await store.AssignAsync([new(patient, Nina, CareRole.AssignedNurse, Noon)]);
        await store.ReferAsync(Dora.Id, Carl.Id);
        Assert.Single(await factory.Open().TeamAsync(patient, Noon));
        var again = factory.Reopen();
        Assert.Single(await again.TeamAsync(patient, Noon));
        Assert.Equal([Dora, Carl], await again.ReferralPathAsync(Dora.Id, Carl.Id));
    }

    [Fact]
    public async Task A_cancelled_call_writes_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.PutCliniciansAsync([Nina], new CancellationToken(true)));
        Assert.Empty(await store.CliniciansAsync());
    }

    private Task SetUpAsync(params Clinician[] more) => store.PutCliniciansAsync([Nina, Carl, Dora, .. more]);

    private static async Task MissingAsync(Func<Task> act) =>
        Assert.Equal(ConflictReason.Missing, (await Assert.ThrowsAsync<ConflictException>(act)).Reason);
}
