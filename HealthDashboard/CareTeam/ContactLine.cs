using HealthDashboard.Data.Model;

namespace HealthDashboard.CareTeam;

/// <summary>All that another patient had in common with one, in a line.</summary>
/// <param name="PatientId">The other patient.</param>
/// <param name="Rooms">The rooms that both lay in at the same time; the first one first.</param>
/// <param name="Nurses">The nurses who had both at the same time; the first one first.</param>
/// <param name="Together">For how long they had anything in common, within the time asked for.</param>
/// <param name="Until">When it ended; null while it lasts.</param>
internal sealed record ContactLine(
    ObjectId PatientId, IReadOnlyList<Room> Rooms, IReadOnlyList<Clinician> Nurses, TimeSpan Together, DateTimeOffset? Until)
{
    /// <summary>A line for each patient: who shared a room before who did not, and then who was longest together.</summary>
    /// <param name="contacts">The contacts since a time, by start.</param>
    /// <param name="since">The time.</param>
    /// <param name="now">Contacts to come are left out, for the roster is known ahead.</param>
    public static IReadOnlyList<ContactLine> Of(IEnumerable<Contact> contacts, DateTimeOffset since, DateTimeOffset now) =>
    [
        .. contacts.Where(contact => contact.From < now)
            .GroupBy(contact => contact.PatientId)
            .Select(patient => Of(patient.Key, [.. patient], since, now))
            .OrderBy(line => line.Rooms.Count == 0)
            .ThenByDescending(line => line.Together)
            .ThenBy(line => line.PatientId),
    ];

    private static ContactLine Of(ObjectId patientId, List<Contact> contacts, DateTimeOffset since, DateTimeOffset now)
    {
        // What overlaps counts once.
        var (together, reached) = (TimeSpan.Zero, since);
        foreach (var contact in contacts)
        {
            var from = contact.From > reached ? contact.From : reached;
            var to = contact.To < now ? contact.To.Value : now;
            if (to <= from)
                continue;
            together += to - from;
            reached = to;
        }
        return new(
            patientId,
            [.. contacts.OfType<RoomContact>().Select(contact => contact.Room).Distinct()],
            [.. contacts.OfType<NurseContact>().Select(contact => contact.Nurse).DistinctBy(nurse => nurse.Id)],
            together,
            reached < now ? reached : null);
    }
}
