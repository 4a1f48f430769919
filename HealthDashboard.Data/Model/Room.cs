namespace HealthDashboard.Data.Model;

/// <summary>
/// A room with beds: what patients share who lie in it. It is the room that the record names, never guessed from the bed: two rooms are
/// one when region, ward and name agree letter by letter.
/// </summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Name">The room's name within the ward.</param>
public sealed record Room(string Region, string Ward, string Name)
{
    /// <summary>Where a record says that its patient is; null for one who has left, and where it names no room.</summary>
    public static Room? Of(Patient patient) =>
        patient is { Status: PatientStatus.Admitted, Room: { } name } ? new(patient.Region, patient.Ward, name) : null;
}

/// <summary>A stretch of time that a patient spent in a room (FHIR's <c>Encounter.location</c>).</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Room">The room.</param>
/// <param name="From">When it begins.</param>
/// <param name="To">When it ends, exclusive; null while it lasts.</param>
public sealed record Stay(ObjectId PatientId, Room Room, DateTimeOffset From, DateTimeOffset? To = null);

/// <summary>A patient came into a room, or left without coming into another.</summary>
/// <param name="PatientId">The patient.</param>
/// <param name="Room">Into which room; null for none: discharged, deleted, or the record names no room.</param>
/// <param name="At">When.</param>
public sealed record PatientMove(ObjectId PatientId, Room? Room, DateTimeOffset At);
