using HealthDashboard.Data.Model;

namespace HealthDashboard.Scopes;

/// <summary>Whose alarms a screen follows: the whole hospital's, a ward's, or those of a person's own patients.</summary>
public sealed record ScreenScope
{
    private readonly HashSet<WardKey>? wards;
    private readonly HashSet<ObjectId>? patients;

    private ScreenScope(HashSet<WardKey>? wards, HashSet<ObjectId>? patients) => (this.wards, this.patients) = (wards, patients);

    /// <summary>Everybody.</summary>
    public static ScreenScope Hospital { get; } = new(null, null);

    /// <summary>Whether it follows everybody.</summary>
    public bool IsHospital => wards is null;

    /// <summary>Whether it follows a person's own patients.</summary>
    public bool IsMine => patients is not null;

    /// <summary>The patients it follows; empty where it follows places.</summary>
    public IReadOnlyCollection<ObjectId> Patients => patients ?? [];

    /// <summary>The wards it follows: of a person's own patients those where they lie; empty for the whole hospital.</summary>
    public IReadOnlyCollection<WardKey> Wards => wards ?? [];

    /// <summary>A ward.</summary>
    public static ScreenScope Of(WardKey ward) => new([ward], null);

    /// <summary>Some patients, and what is true of the whole of a ward where one of them lies.</summary>
    public static ScreenScope Of(IEnumerable<ObjectId> patients, IEnumerable<WardKey> wards) => new([.. wards], [.. patients]);

    /// <summary>Whether something concerns the screen. What nobody knows the ward of concerns every screen: it must not get lost.</summary>
    /// <param name="region">The region; null when it is not known.</param>
    /// <param name="ward">The ward; null when it is not known.</param>
    /// <param name="patient">The patient; null for what is true of the whole ward.</param>
    public bool Has(string? region, string? ward, ObjectId? patient)
    {
        if (patient is { } one && patients is not null)
            return patients.Contains(one);
        return wards is null || region is null || ward is null || wards.Contains(new(region, ward));
    }

    /// <summary>Whether both follow the same places and patients.</summary>
    public bool Equals(ScreenScope? other) => other is not null && Same(wards, other.wards) && Same(patients, other.patients);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(wards?.Count, patients?.Count);

    private static bool Same<T>(HashSet<T>? one, HashSet<T>? other) => one is null ? other is null : other is not null && one.SetEquals(other);
}
