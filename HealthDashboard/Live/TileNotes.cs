namespace HealthDashboard.Live;

/// <summary>What a note on a tile is about, the most important first.</summary>
public enum TileNoteKind
{
    /// <summary>The bed is on standby: its silence is meant.</summary>
    Standby,

    /// <summary>An alarm is off.</summary>
    AlarmOff,

    /// <summary>A set of observations is late.</summary>
    ObservationsLate,

    /// <summary>A set of observations is due soon.</summary>
    ObservationsDue,
}

/// <summary>Something about a bed that is no alarm and must be seen.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Text">The whole of it in words.</param>
public readonly record struct TileNote(TileNoteKind Kind, string Text);

/// <summary>The notes of one tile. Equal ones look the same.</summary>
public sealed class TileNotes(IReadOnlyList<TileNote> all) : IEquatable<TileNotes>
{
    /// <summary>Nothing to say.</summary>
    public static TileNotes None { get; } = new([]);

    /// <summary>All of them, the most important first.</summary>
    public IReadOnlyList<TileNote> All => all;

    /// <inheritdoc/>
    public bool Equals(TileNotes? other) => other is not null && all.SequenceEqual(other.All);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TileNotes);

    /// <inheritdoc/>
    public override int GetHashCode() => all.Count;
}
