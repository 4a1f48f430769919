using System.Globalization;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Demo;

/// <summary>Which rooms the demo patients came through before the one of their record.</summary>
internal static class DemoStays
{
    /// <summary>Everybody came into the record's room at the beginning, but for one of each full room, who lay next door for a day.</summary>
    /// <param name="patients">The patients.</param>
    /// <param name="from">The beginning, at least a day ago.</param>
    public static IEnumerable<PatientMove> Moves(IReadOnlyList<DemoPatient> patients, DateTimeOffset from)
    {
        foreach (var room in patients.GroupBy(demo => Room.Of(demo.Patient)!))
        {
            foreach (var (bed, demo) in room.Index())
            {
                var isMover = bed == demo.Ward.BedsPerRoom - 1;
                yield return new(demo.Patient.Id, isMover ? NextDoor(room.Key) : room.Key, from);
                if (isMover)
                    yield return new(demo.Patient.Id, room.Key, from.AddDays(1));
            }
        }
    }

    // Rooms 1 and 2 change places, 3 and 4, and so on: so no room ever has more patients than beds.
    private static Room NextDoor(Room room)
    {
        var number = int.Parse(room.Name, CultureInfo.InvariantCulture);
        return room with { Name = (number % 2 == 1 ? number + 1 : number - 1).ToString(CultureInfo.InvariantCulture) };
    }
}
