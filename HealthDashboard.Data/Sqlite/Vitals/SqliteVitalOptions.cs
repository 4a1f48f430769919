namespace HealthDashboard.Data.Sqlite.Vitals;

/// <summary>Where the embedded vital store keeps its file, and for how long.</summary>
public sealed record SqliteVitalOptions
{
    /// <summary>The directory of <c>vitals.db</c>; made when missing.</summary>
    public required string Directory { get; init; }

    /// <summary>How long raw readings are kept, rounded up to hours; at least an hour. Roll-ups are kept for good.</summary>
    public TimeSpan RawRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often readings are folded into blocks; longer than zero.</summary>
    public TimeSpan FoldEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>With this many readings in the journal they are folded without waiting; 1 or more.</summary>
    public int FoldAt { get; init; } = 2_000_000;

    /// <summary>Whether closing folds what is left. Without it the next start reads the journal, as after a crash.</summary>
    internal bool FoldOnClose { get; init; } = true;

    /// <exception cref="ArgumentException">A value is out of its bounds.</exception>
    internal SqliteVitalOptions Checked()
    {
        if (string.IsNullOrWhiteSpace(Directory))
            throw new ArgumentException("Directory is empty; name the directory of vitals.db.");
        if (RawRetention < TimeSpan.FromHours(1) || RawRetention > TimeSpan.FromDays(36_500))
            throw new ArgumentException($"RawRetention is {RawRetention}; allowed is 1 hour to 100 years.");
        if (FoldEvery <= TimeSpan.Zero || FoldEvery > TimeSpan.FromDays(1))
            throw new ArgumentException($"FoldEvery is {FoldEvery}; allowed is more than 0 to 1 day.");
        if (FoldAt < 1)
            throw new ArgumentException($"FoldAt is {FoldAt}; allowed is 1 or more.");
        return this;
    }
}
