using FsCheck;
using FsCheck.Fluent;
using HealthDashboard.Data.Model;
using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Contracts;

/// <content>Who lay in a room with whom.</content>
public abstract partial class CareTeamStoreContract
{
    private const int Minutes = 15;
    private static readonly Room One = new("north", "ICU", "1"), Two = One with { Name = "2" };

    [Fact]
    public async Task Contacts_lay_in_the_same_room_at_the_same_time()
    {
        var (before, touching, inside, lasting) = (Id(), Id(), Id(), Id());
        await MoveAsync(
            (patient, One, 2), (patient, null, 8), (before, One, 0), (before, null, 2), (touching, One, 8), (inside, One, 3), (inside, null, 4),
            (lasting, One, 1));
        Assert.Equal(
            [new RoomContact(lasting, One, At(2), At(8)), new RoomContact(inside, One, At(3), At(4))], await ContactsAsync(patient));
        Assert.Equal(
            [new RoomContact(before, One, At(1), At(2)), new RoomContact(patient, One, At(2), At(8)), new RoomContact(inside, One, At(3), At(4)), new RoomContact(touching, One, At(8), null)],
            await ContactsAsync(lasting));
        Assert.Equal([lasting], (await ContactsAsync(touching)).Select(contact => contact.PatientId));
    }

    [Fact]
    public async Task Another_room_of_the_ward_and_a_room_called_the_same_elsewhere_are_no_contact()
    {
        await MoveAsync(
            (patient, One, 0), (Id(), Two, 0), (Id(), One with { Ward = "ER" }, 0), (Id(), One with { Region = "south" }, 0), (Id(), One with { Name = "1 " }, 0),
            (Id(), new("north", "ICU/1", ""), 0), (Id(), null, 0));
        Assert.Empty(await ContactsAsync(patient));
    }

    [Fact]
    public async Task Room_contacts_since_a_time_are_those_that_ended_after_it_or_last()
    {
        var (ended, lasting) = (Id(), Id());
        await MoveAsync((patient, One, 0), (ended, One, 1), (ended, null, 3), (lasting, One, 2));
        Assert.Equal([ended, lasting], (await store.ContactsAsync(patient, At(3).AddMilliseconds(-1))).Select(contact => contact.PatientId));
        Assert.Equal([new RoomContact(lasting, One, At(2), null)], await store.ContactsAsync(patient, At(3)));
    }

    [Fact]
    public async Task Moved_away_and_back_is_two_contacts()
    {
        var other = Id();
        await MoveAsync((other, One, 0), (patient, One, 1), (patient, Two, 3), (patient, One, 5), (patient, null, 6));
        Assert.Equal([new RoomContact(other, One, At(1), At(3)), new RoomContact(other, One, At(5), At(6))], await ContactsAsync(patient));
        Assert.Equal([new Stay(other, One, At(0))], await store.OpenStaysAsync());
    }

    [Fact]
    public async Task A_room_and_a_nurse_may_both_be_shared()
    {
        await SetUpAsync();
        var other = Id();
        await store.AssignAsync(
        [
            new(patient, Nina, CareRole.AssignedNurse, At(1)), new(other, Nina, CareRole.AssignedNurse, At(0)),
            new(patient, Carl, CareRole.ChargeNurse, At(1)), new(other, Carl, CareRole.ChargeNurse, At(1)),
        ]);
        await MoveAsync((patient, One, 0), (other, One, 1));
        Assert.Equal<Contact>(
            [new RoomContact(other, One, At(1), null), new NurseContact(other, Carl, At(1), null), new NurseContact(other, Nina, At(1), null)],
            await ContactsAsync(patient));
    }

    [Fact]
    public async Task A_move_into_the_same_room_and_one_that_comes_late_change_nothing()
    {
        await MoveAsync((patient, One, 2), (patient, Two, 5));
        await MoveAsync((patient, Two, 7), (patient, One, 3), (patient, null, 4), (patient, Two, 1));
        Assert.Equal([new Stay(patient, Two, At(5))], await store.OpenStaysAsync());

        await MoveAsync((patient, null, 8));
        await MoveAsync((patient, One, 2), (patient, Two, 5), (patient, null, 9));
        Assert.Empty(await store.OpenStaysAsync());
        await MoveAsync((patient, Two, 8));
        Assert.Equal([new Stay(patient, Two, At(8))], await store.OpenStaysAsync());
    }

    [Fact]
    public async Task Of_moves_at_one_time_the_last_counts()
    {
        var other = Id();
        await MoveAsync((other, One, 0), (other, Two, 1), (patient, One, 1), (patient, Two, 1), (patient, One, 1));
        Assert.Equal([new Stay(patient, One, At(1)), new Stay(other, Two, At(1))], (await store.OpenStaysAsync()).OrderBy(stay => stay.Room.Name));
        await MoveAsync((patient, null, 1));
        Assert.Equal([new Stay(other, Two, At(1))], await store.OpenStaysAsync());
        Assert.Empty(await ContactsAsync(other));
    }

    [Fact]
    public async Task Nobody_is_in_two_rooms_however_many_nodes_record()
    {
        var another = factory.Open();
        var (done, failed) = await RaceAsync(8, async runner =>
        {
            await (runner % 2 == 0 ? store : another).MoveAsync([new(patient, runner < 4 ? One : Two, At(runner % 3)), new(Id(), One, At(1))]);
            return true;
        });
        Assert.Equal((8, 0), (done.Length, failed.Length));
        Assert.Single(await store.OpenStaysAsync(), stay => stay.PatientId == patient);
        Assert.Equal(9, (await store.OpenStaysAsync()).Count);
    }

    [Fact]
    public async Task Stays_are_there_for_others_and_after_a_restart()
    {
        var other = Id();
        await MoveAsync((patient, One, 0), (other, One, 1));
        Assert.Single(await factory.Open().ContactsAsync(patient, At(0)));
        var again = factory.Reopen();
        Assert.Equal([new RoomContact(other, One, At(1), null)], await again.ContactsAsync(patient, At(0)));
        Assert.Equal(2, (await again.OpenStaysAsync()).Count);
    }

    /// <summary>Three patients and two rooms, a quarter of an hour, minute by minute.</summary>
    [Fact]
    public void Contacts_are_those_of_a_naive_hospital()
    {
        var move = from who in Gen.Choose(0, 2) from room in Gen.Elements(One, Two, null) from at in Gen.Choose(0, Minutes - 1) select (who, room, at);
        var plan = from moves in move.NonEmptyListOf() from sort in Gen.Elements(true, false) select (moves: moves.ToList(), sort);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(plan.ToArbitrary(), given =>
            CompareAsync(given.sort ? [.. given.moves.OrderBy(m => m.at)] : given.moves, given.sort)));
    }

    private async Task CompareAsync(List<(int Who, Room? Room, int At)> moves, bool inOrder)
    {
        // Others of earlier runs are in rooms of their own.
        var ward = Id().ToString();
        var ids = Enumerable.Range(0, 3).Select(_ => Id()).ToList();
        var known = ids.Select(_ => new SortedDictionary<int, Room?>()).ToList();
        foreach (var (who, room, at) in moves)
        {
            var last = known[who].LastOrDefault(KeyValuePair.Create(-1, (Room?)null));
            if (room != last.Value && at >= last.Key)
                known[who][at] = room;
        }
        PatientMove[] given = [.. moves.Select(m => new PatientMove(ids[m.Who], m.Room is { } room ? room with { Ward = ward } : null, At(m.At)))];
        await store.MoveAsync(given);
        if (inOrder)
            await store.MoveAsync(given);

        foreach (var since in new[] { 0, 6 })
        {
            for (var own = 0; own < ids.Count; own++)
            {
                var expected =
                    from other in Enumerable.Range(0, ids.Count)
                    where other != own
                    from minute in Enumerable.Range(since, Minutes + 1 - since)
                    let room = RoomAt(known[own], minute)
                    where room is not null && room == RoomAt(known[other], minute)
                    select (ids[other], room.Name, minute);
                var found =
                    from contact in (await store.ContactsAsync(ids[own], At(since))).Cast<RoomContact>()
                    from minute in Enumerable.Range(since, Minutes + 1 - since)
                    where contact.From <= At(minute) && (contact.To is null || At(minute) < contact.To)
                    select (contact.PatientId, contact.Room.Name, minute);
                Assert.Equal(expected.Order(), found.Order());
            }
        }
    }

    private static Room? RoomAt(SortedDictionary<int, Room?> known, int minute) => known.LastOrDefault(change => change.Key <= minute).Value;

    private static DateTimeOffset At(int minute) => Noon.AddMinutes(minute);

    private Task MoveAsync(params (ObjectId Patient, Room? Room, int Minute)[] moves) =>
        store.MoveAsync([.. moves.Select(move => new PatientMove(move.Patient, move.Room, At(move.Minute)))]);

    private Task<IReadOnlyList<Contact>> ContactsAsync(ObjectId of) => store.ContactsAsync(of, Noon.AddDays(-1));
}
