using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Live;

/// <summary>
/// What this node received and the others are to see. Loss policy: of each sign of a patient the newest since the last sending waits;
/// older ones are dropped. So it is bounded by the number of patients, and never makes the ingest wait.
/// </summary>
/// <param name="bus">Where it goes; null when this node runs alone: then nothing waits.</param>
internal sealed class LiveOutbox(ILiveBus? bus = null)
{
    private readonly Lock gate = new();
    private Dictionary<(ObjectId, VitalSign), Reading> waiting = [];

    /// <summary>Takes readings that are durable.</summary>
    public void Add(IReadOnlyList<Reading> readings)
    {
        if (bus is null)
            return;
        lock (gate)
        {
            for (var i = 0; i < readings.Count; i++)
            {
                var reading = readings[i];
                ref var newest = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(
                    waiting, (reading.PatientId, reading.Sign), out var known);
                if (!known || newest.Time <= reading.Time)
                    newest = reading;
            }
        }
    }

    /// <summary>Everything that waits, by patient; then nothing does.</summary>
    public IReadOnlyList<Reading> Take()
    {
        Dictionary<(ObjectId, VitalSign), Reading> taken;
        lock (gate)
        {
            if (waiting.Count == 0)
                return [];
            (taken, waiting) = (waiting, new(waiting.Count));
        }
        return [.. taken.Values.OrderBy(reading => reading.PatientId)];
    }
}
