namespace HealthDashboard.Tests.Unit.Oracle;

/// <summary>What a value is to a limit.</summary>
internal enum Place
{
    /// <summary>Nothing: the sensor is off, or what was measured is no longer current.</summary>
    None,

    /// <summary>Inside the limit by the hysteresis.</summary>
    Back,

    /// <summary>Inside the limit, but not by the hysteresis.</summary>
    Near,

    /// <summary>Beyond the limit.</summary>
    Beyond,
}

/// <summary>A reading and how long it stood.</summary>
/// <param name="From">Its first moment.</param>
/// <param name="To">Its end.</param>
/// <param name="Place">What the value is to the limit.</param>
/// <param name="AddsUp">Whether it was held against the limit that holds now: what was beyond another says nothing about this one.</param>
/// <param name="Over">Whether it belongs to an alarm that has ended: then no new breach begins with it.</param>
internal readonly record struct Stretch(long From, long To, Place Place, bool AddsUp, bool Over)
{
    public long Length => Math.Max(0, To - From);
}

/// <summary>An alarm that is due.</summary>
/// <param name="At">When.</param>
/// <param name="Onset">When the breach began.</param>
/// <param name="AddedUp">Whether it is due only because time added up (B3).</param>
internal readonly record struct Due(long At, long Onset, bool AddedUp);

/// <summary>The breach of one limit by one source, seen by looking back over its readings: docs/clinical.md, B1 to B3.</summary>
internal static class Breach
{
    /// <summary>For how long what was pending is kept while there is no value (B2).</summary>
    private const long LongestPause = 60_000;

    /// <summary>The time over which breaches add up (B3).</summary>
    private const long Window = 60_000;

    /// <summary>
    /// The first moment at which the alarm must be raised, when nothing raised it before; null when there is none yet. The last stretch
    /// ends where the clock is; what is due just then is not past yet.
    /// </summary>
    public static Due? FirstDue(IReadOnlyList<Stretch> stretches, long holdOff)
    {
        long? onset = null;
        long lasted = 0;
        long paused = 0;
        for (var i = 0; i < stretches.Count; i++)
        {
            var stretch = stretches[i];
            if (stretch.Place == Place.Back)
                onset = null;
            if (stretch.Place == Place.None && onset is not null && (paused += stretch.Length) > LongestPause)
                onset = null;
            if (stretch.Place is Place.Beyond or Place.Near)
                paused = 0;
            if (stretch.Place == Place.Beyond && onset is null && !stretch.Over)
                (onset, lasted) = (stretch.From, 0);
            if (stretch.Place is Place.Back or Place.None || onset is null)
                continue;
            // B1: it has lasted, pauses left out.
            long? due = stretch.From + Math.Max(0, holdOff - lasted);
            due = due < stretch.To || holdOff == 0 ? due : null;
            lasted += stretch.Length;
            // B3: it adds up, though no single stretch lasted.
            var added = holdOff > 0 && stretch.Place == Place.Beyond ? AddsUp(stretches, i, 3 * holdOff) : null;
            if (added is { } sum && sum < stretch.To && (due is null || sum < due))
                return new Due(sum, onset.Value, true);
            if (due is { } moment)
                return new Due(moment, onset.Value, false);
        }
        return null;
    }

    /// <summary>The time spent beyond the limit in the 60 s before a moment.</summary>
    public static long Added(IReadOnlyList<Stretch> stretches, long moment) =>
        stretches.Where(stretch => stretch.Place == Place.Beyond && stretch.AddsUp)
            .Sum(stretch => Math.Max(0, Math.Min(stretch.To, moment) - Math.Max(stretch.From, moment - Window)));

    /// <summary>The first moment within a stretch beyond the limit at which the time beyond it comes to so much; null when there is none.</summary>
    private static long? AddsUp(IReadOnlyList<Stretch> stretches, int index, long needed)
    {
        var stretch = stretches[index];
        var before = stretches.Take(index + 1).ToList();
        // While the value is beyond the limit the sum never falls.
        if (Added(before, stretch.To) < needed)
            return null;
        // Between two of these moments the sum grows evenly, or stays.
        var corners = before.SelectMany(s => new[] { s.From + Window, s.To + Window })
            .Append(stretch.From).Append(stretch.To)
            .Where(corner => corner >= stretch.From && corner <= stretch.To).Distinct().Order().ToList();
        for (var i = 0; i < corners.Count; i++)
        {
            var sum = Added(before, corners[i]);
            if (sum < needed)
                continue;
            // Within the last step it grew by one millisecond each millisecond, or it would not have grown.
            return i == 0 ? corners[i] : corners[i] - (sum - needed);
        }
        return null;
    }
}
