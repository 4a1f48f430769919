using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <content>In which order lists come, and what decides where their first keys are the same. Ids run against names here, so that neither stands in for the other.</content>
public abstract partial class CareTeamStoreContract
{
    private static readonly ObjectId[] Ids = [.. Enumerable.Range(1, 9).Select(n => ObjectId.Parse($"{n}{new string('0', 23)}"))];

    [Fact]
    public async Task Clinicians_are_by_name_without_regard_to_case_and_then_by_id()
    {
        Clinician zoe = Named(0, "Zoe"), bea = Named(1, "bea"), second = Named(3, "Anna"), first = Named(2, "ANNA");
        await store.PutCliniciansAsync([zoe, second, bea, first]);
        Assert.Equal([first, second, bea, zoe], await store.CliniciansAsync());
    }

    [Fact]
    public async Task Names_of_all_scripts_are_in_the_order_of_their_characters()
    {
        // The first of the last two is one UTF-16 unit and the other one two, of which the first is less.
        string[] names = ["Anna", "Zoë", "ÉMILE", "Łukasz", "Ωmega", "李", "\uFF21nna", "\U00020BB7田"];
        var clinicians = names.Select((name, at) => Named(8 - at, name)).ToList();
        await store.PutCliniciansAsync([.. clinicians.OrderBy(c => c.Id)]);
        Assert.Equal(names, (await store.CliniciansAsync()).Select(c => c.Name));
    }

    [Fact]
    public async Task A_team_is_by_role_start_name_and_id()
    {
        Clinician zoe = Named(0, "Zoe"), bea = Named(1, "bea"), second = Named(3, "Anna"), first = Named(2, "anna");
        await store.PutCliniciansAsync([zoe, bea, second, first]);
        await store.AssignAsync(
        [
            new(patient, first, CareRole.Consulting, Noon), new(patient, zoe, CareRole.AssignedNurse, Noon), new(patient, bea, CareRole.AssignedNurse, Noon),
            new(patient, second, CareRole.AssignedNurse, Noon), new(patient, first, CareRole.AssignedNurse, Noon),
            new(patient, zoe, CareRole.ChargeNurse, Noon), new(patient, bea, CareRole.Attending, Noon.AddHours(-2)),
            new(patient, zoe, CareRole.Attending, Noon.AddHours(-3)),
        ]);
        Assert.Equal(
            [
                (CareRole.AssignedNurse, first), (CareRole.AssignedNurse, second), (CareRole.AssignedNurse, bea), (CareRole.AssignedNurse, zoe),
                (CareRole.ChargeNurse, zoe), (CareRole.Attending, zoe), (CareRole.Attending, bea), (CareRole.Consulting, first),
            ],
            (await store.TeamAsync(patient, Noon)).Select(a => (a.Role, a.Clinician)));
    }

    [Fact]
    public async Task Assignments_of_a_clinician_are_by_start_patient_and_role()
    {
        await SetUpAsync();
        CareAssignment[] expected =
        [
            Given(3, CareRole.ChargeNurse, -1), Given(1, CareRole.AssignedNurse, 0), Given(1, CareRole.ChargeNurse, 0), Given(2, CareRole.AssignedNurse, 0),
            Given(0, CareRole.AssignedNurse, 5),
        ];
        await store.AssignAsync([.. expected.Reverse()]);
        Assert.Equal(expected, await store.AssignmentsOfAsync(Nina.Id, Noon));

        static CareAssignment Given(int who, CareRole role, int hour) => new(Ids[who], Nina, role, Noon.AddHours(hour));
    }

    [Fact]
    public async Task Assignments_of_patients_are_those_that_hold_within_a_stretch()
    {
        await SetUpAsync();
        var (first, second, stranger) = (Ids[0], Ids[4], Ids[7]);
        CareAssignment[] expected =
        [
            new(first, Carl, CareRole.ChargeNurse, Noon.AddHours(-9)), new(first, Nina, CareRole.AssignedNurse, Noon.AddHours(-8), Noon.AddMilliseconds(1)),
            new(first, Carl, CareRole.AssignedNurse, Noon), new(first, Dora, CareRole.Attending, Noon), new(first, Nina, CareRole.AssignedNurse, Noon.AddHours(7), Noon.AddHours(9)),
            new(second, Nina, CareRole.AssignedNurse, Noon.AddHours(8).AddMilliseconds(-1)),
        ];
        CareAssignment[] others =
        [
            new(first, Nina, CareRole.AssignedNurse, Noon.AddHours(-16), Noon), new(first, Nina, CareRole.AssignedNurse, Noon.AddHours(8)),
            // It ended as it began, so it never held.
            new(second, Carl, CareRole.AssignedNurse, Noon.AddHours(2), Noon.AddHours(2)),
            new(stranger, Nina, CareRole.AssignedNurse, Noon),
        ];
        await store.AssignAsync([.. expected.Concat(others).Reverse()]);

        Assert.Equal(expected, await store.AssignmentsAsync([second, first, second, Id()], Noon, Noon.AddHours(8)));
        Assert.Empty(await store.AssignmentsAsync([], Noon, Noon.AddHours(8)));
    }

    [Fact]
    public async Task A_shift_is_handed_over_in_one_call()
    {
        await SetUpAsync();
        var (given, taken) = (new CareAssignment(Ids[0], Nina, CareRole.AssignedNurse, Noon.AddHours(-8)), new CareAssignment(Ids[0], Carl, CareRole.AssignedNurse, Noon));
        await store.AssignAsync([given]);
        await MissingAsync(() => store.AssignAsync([given with { To = Noon }, taken with { Clinician = Clinician("nobody") }]));
        Assert.Equal([given], await store.TeamAsync(Ids[0], Noon));

        await store.AssignAsync([given with { To = Noon }, taken]);
        Assert.Equal([given with { To = Noon }], await store.TeamAsync(Ids[0], Noon.AddMilliseconds(-1)));
        Assert.Equal([taken], await store.TeamAsync(Ids[0], Noon));
    }

    [Fact]
    public async Task Patients_are_by_id()
    {
        await SetUpAsync();
        ObjectId[] patients = [Ids[0], Ids[4], Ids[7]];
        await store.AssignAsync([.. patients.Reverse().SelectMany(who => new CareAssignment[]
        {
            new(who, Nina, CareRole.AssignedNurse, Noon), new(who, Carl, CareRole.ChargeNurse, Noon),
        })]);
        await store.MoveAsync([.. patients.Reverse().Select((who, minute) => new PatientMove(who, One, At(minute)))]);

        Assert.Equal(patients, await store.PatientsOfAsync(Nina.Id, Noon));
        Assert.Equal(patients, await store.SharedPatientsAsync(Nina.Id, Carl.Id, Noon));
        Assert.Equal(patients, await store.PatientsWithTeamAsync(Noon));
        Assert.Equal(patients, (await store.OpenStaysAsync()).Select(stay => stay.PatientId));
    }

    [Fact]
    public async Task Workload_is_by_patients_most_first_name_and_id()
    {
        Clinician zoe = Named(0, "Zoe"), bea = Named(1, "bea"), second = Named(3, "Anna"), first = Named(2, "anna"), most = Named(4, "most");
        await store.PutCliniciansAsync([zoe, bea, second, first, most]);
        await store.AssignAsync(
            [.. Ids[..3].Select(who => new CareAssignment(who, most, CareRole.AssignedNurse, Noon)), new(patient, zoe, CareRole.AssignedNurse, Noon)]);
        Assert.Equal(
            [new(most, 3), new(zoe, 1), new(first, 0), new(second, 0), new Workload(bea, 0)], await store.WorkloadAsync(Noon));
    }

    [Fact]
    public async Task Contacts_are_by_start_patient_room_before_nurse_name_and_id()
    {
        Clinician zoe = Named(0, "Zoe"), bea = Named(1, "bea"), second = Named(3, "Anna"), first = Named(2, "anna");
        await store.PutCliniciansAsync([zoe, bea, second, first]);
        ObjectId low = Ids[0], high = Ids[1];
        foreach (var nurse in new[] { zoe, bea, second, first })
            await store.AssignAsync([new(patient, nurse, CareRole.AssignedNurse, At(0)), new(high, nurse, CareRole.AssignedNurse, At(2))]);
        await store.AssignAsync([new(low, zoe, CareRole.AssignedNurse, At(2)), new(Ids[2], zoe, CareRole.AssignedNurse, At(1))]);
        await MoveAsync((patient, One, 0), (high, One, 2));

        Assert.Equal<Contact>(
            [
                new NurseContact(Ids[2], zoe, At(1), null), new NurseContact(low, zoe, At(2), null), new RoomContact(high, One, At(2), null),
                new NurseContact(high, first, At(2), null), new NurseContact(high, second, At(2), null), new NurseContact(high, bea, At(2), null),
                new NurseContact(high, zoe, At(2), null),
            ],
            await ContactsAsync(patient));
    }

    private static Clinician Named(int id, string name) => new(Ids[id], name, Profession.Nurse, "north", "ICU");
}
