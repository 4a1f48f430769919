namespace HealthDashboard.Data.Stores;

/// <summary>
/// A width of roll-up. Neighbouring entries share a row, its <i>pack</i>, so that a chart reads tens of rows and not thousands,
/// while a reading that arrives rewrites about a kilobyte a level.
/// </summary>
/// <param name="Number">Part of the row's key; never renumbered.</param>
/// <param name="Step">The width of an entry in milliseconds.</param>
/// <param name="Slots">Entries in a pack.</param>
internal sealed record RollUpLevel(int Number, long Step, int Slots)
{
    public static readonly RollUpLevel Minute = new(1, 60_000, 60);
    public static readonly RollUpLevel TenMinutes = new(2, 600_000, 144);
    public static readonly RollUpLevel Hour = new(3, 3_600_000, 8 * 24);
    public static readonly RollUpLevel Day = new(4, 86_400_000, 256);

    /// <summary>All, the finest first.</summary>
    public static readonly IReadOnlyList<RollUpLevel> All = [Minute, TenMinutes, Hour, Day];

    /// <summary>The time that a pack covers, in milliseconds.</summary>
    public long Span => Step * Slots;

    /// <summary>By identity, as there are these four alone: a fold looks packs up by their level.</summary>
    public bool Equals(RollUpLevel? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Number;

    public long PackOf(long time) => time / Span;

    public int SlotOf(long time) => (int)(time / Step % Slots);
}
