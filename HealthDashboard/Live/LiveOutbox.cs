using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Live;

/// <summary>
/// What this node received and the others are to evaluate and to show: every reading, as it came. Loss policy: while more than
/// <see cref="Most"/> wait, because the bus is slow, the oldest are dropped; those who hear the next ones are made to notice
/// (<see cref="LiveReadings.Number"/>) and read the store. It never makes the ingest wait.
/// </summary>
/// <param name="bus">Where it goes; null when this node runs alone: then nothing waits.</param>
internal sealed class LiveOutbox(ILiveBus? bus = null)
{
    /// <summary>How many readings wait at most.</summary>
    public const int Most = 100_000;

    private readonly Lock gate = new();
    private List<Reading> waiting = [];
    private bool hasDropped;

    /// <summary>Takes readings that are durable.</summary>
    public void Add(IReadOnlyList<Reading> readings)
    {
        if (bus is null)
            return;
        lock (gate)
        {
            waiting.AddRange(readings);
            if (waiting.Count <= Most)
                return;
            waiting.RemoveRange(0, waiting.Count - Most);
            hasDropped = true;
        }
    }

    /// <summary>Everything that waits, in the order in which it was received; then nothing does.</summary>
    /// <param name="dropped">Whether some were dropped since the last call.</param>
    public IReadOnlyList<Reading> Take(out bool dropped)
    {
        lock (gate)
        {
            (dropped, hasDropped) = (hasDropped, false);
            if (waiting.Count == 0)
                return [];
            var taken = waiting;
            waiting = new(taken.Count);
            return taken;
        }
    }
}
