using HealthDashboard.CareTeam;
using HealthDashboard.Data.Model;

using static HealthDashboard.Tests.Contracts.Samples;

namespace HealthDashboard.Tests.Unit.CareTeam;

public sealed class ContactLineTests
{
    private static readonly Room Room = new("north", "ICU", "1");
    private static readonly Clinician Nina = Clinician("Nina"), Carl = Clinician("Carl");

    [Fact]
    public void A_patient_is_one_line_with_all_that_was_shared_and_overlaps_counted_once()
    {
        var patient = Id();
        var line = Assert.Single(ContactLine.Of(
            [
                new NurseContact(patient, Nina, At(-60), At(20)), new NurseContact(patient, Carl, At(10), At(30)), new RoomContact(patient, Room, At(15), At(25)),
                new NurseContact(patient, Nina, At(50), At(55)), new RoomContact(patient, Room, At(52), At(53)),
            ],
            Noon,
            At(120)));
        Assert.Equal(patient, line.PatientId);
        Assert.Equal(new SharedTime(TimeSpan.FromMinutes(11), At(53)), line.InRoom);
        Assert.Equal(new SharedTime(TimeSpan.FromMinutes(35), At(55)), line.ByNurse);
        Assert.Equal([Room], line.Rooms);
        Assert.Equal([Nina, Carl], line.Nurses);
    }

    [Fact]
    public void Who_shared_a_room_comes_first_and_then_who_was_longest_together()
    {
        var (room, briefly, longer) = (Id(), Id(), Id());
        var lines = ContactLine.Of(
            [new NurseContact(briefly, Nina, At(0), At(9)), new NurseContact(longer, Nina, At(1), At(30)), new RoomContact(room, Room, At(2), At(3))], Noon, At(60));
        Assert.Equal([room, longer, briefly], lines.Select(line => line.PatientId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(90)]
    public void A_contact_that_lasts_counts_until_now_and_one_to_come_not_at_all(int? end)
    {
        var patient = Id();
        DateTimeOffset? to = end is null ? null : At(end.Value);
        var line = Assert.Single(ContactLine.Of([new RoomContact(patient, Room, At(-5), to), new NurseContact(Id(), Nina, At(60), null)], Noon, At(60)));
        Assert.Equal(new SharedTime(TimeSpan.FromHours(1), null), line.InRoom);
        Assert.Null(line.ByNurse);
    }

    private static DateTimeOffset At(int minute) => Noon.AddMinutes(minute);
}
