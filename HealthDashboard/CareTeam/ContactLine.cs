using HealthDashboard.Data.Model;
using HealthDashboard.Shared;

namespace HealthDashboard.CareTeam;

/// <summary>All that another patient had in common with one.</summary>
/// <param name="PatientId">The other patient.</param>
/// <param name="Rooms">The rooms that both lay in at the same time; the first one first.</param>
/// <param name="InRoom">For how long; null when in none.</param>
/// <param name="Nurses">The nurses who had both at the same time; the first one first.</param>
/// <param name="ByNurse">For how long; null when there was none.</param>
internal sealed record ContactLine(
    ObjectId PatientId, IReadOnlyList<Room> Rooms, SharedTime? InRoom, IReadOnlyList<Clinician> Nurses, SharedTime? ByNurse)
{
    /// <summary>A line for each patient: who shared a room before who did not, and each longest first.</summary>
    /// <param name="contacts">The contacts since a time, by start.</param>
    /// <param name="since">The time.</param>
    /// <param name="now">Contacts to come are left out, for the roster is known ahead.</param>
    public static IReadOnlyList<ContactLine> Of(IEnumerable<Contact> contacts, DateTimeOffset since, DateTimeOffset now) =>
    [
        .. contacts.Where(contact => contact.From < now)
            .GroupBy(contact => contact.PatientId)
            .Select(patient => Of(patient.Key, [.. patient.OfType<RoomContact>()], [.. patient.OfType<NurseContact>()], since, now))
            .OrderByDescending(line => line.InRoom?.Together)
            .ThenByDescending(line => line.ByNurse?.Together)
            .ThenBy(line => line.PatientId),
    ];

    private static ContactLine Of(ObjectId patientId, List<RoomContact> rooms, List<NurseContact> nurses, DateTimeOffset since, DateTimeOffset now) => new(
        patientId,
        [.. rooms.Select(contact => contact.Room).Distinct()],
        SharedTime.Of(rooms, since, now),
        [.. nurses.Select(contact => contact.Nurse).DistinctBy(nurse => nurse.Id)],
        SharedTime.Of(nurses, since, now));
}

/// <summary>How long two patients had something in common.</summary>
/// <param name="Together">All of it within the time asked for; what overlaps counts once.</param>
/// <param name="Until">When it ended; null while it lasts.</param>
internal sealed record SharedTime(TimeSpan Together, DateTimeOffset? Until)
{
    /// <summary>How long, and until when. Hours also beyond a day: it is a dose.</summary>
    public string Words(TimeProvider clock) =>
        (Together.TotalDays < 1 ? Display.Span(Together) : $"{(int)Together.TotalHours} h") + (Until is { } until ? $", until {Display.Clock(until, clock)}" : ", still");

    /// <summary>The time of contacts, which are by start; null when there are none.</summary>
    public static SharedTime? Of(IReadOnlyCollection<Contact> contacts, DateTimeOffset since, DateTimeOffset now)
    {
        if (contacts.Count == 0)
            return null;
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
        return new(together, reached < now ? reached : null);
    }
}
