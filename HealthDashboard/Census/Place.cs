using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>Where a patient is.</summary>
/// <param name="Region">The region.</param>
/// <param name="Ward">The ward.</param>
/// <param name="Room">The room within the ward; null when nobody has said.</param>
/// <param name="Bed">The bed within the ward; null when the patient has none.</param>
internal sealed record Place(string Region, string Ward, string? Room, string? Bed)
{
    /// <summary>Where a record says that its patient is.</summary>
    public static Place Of(Patient patient) => new(patient.Region, patient.Ward, patient.Room, patient.Bed);

    /// <summary>The record of a patient who is put here.</summary>
    public Patient Put(Patient patient) => patient with { Region = Region, Ward = Ward, Room = Room, Bed = Bed };

    /// <summary>Whether both name one bed. Nobody writes one bed in two cases and means two.</summary>
    public bool IsSameBed(Place other) =>
        Bed is not null && string.Equals(Bed, other.Bed, StringComparison.OrdinalIgnoreCase) && (Region, Ward) == (other.Region, other.Ward);
}

/// <summary>The bed is another admitted patient's; nothing was written.</summary>
/// <param name="occupant">Who is there.</param>
internal sealed class BedTakenException(Patient occupant) : Exception("Another patient is in the bed.")
{
    /// <summary>Who is there.</summary>
    public Patient Occupant { get; } = occupant;
}
