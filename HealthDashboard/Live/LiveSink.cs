using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;
using HealthDashboard.Monitoring;

namespace HealthDashboard.Live;

/// <summary>Brings readings that this node received onto its screens, to the other nodes and to the alarms, in this order.</summary>
internal sealed class LiveSink(LiveVitals live, LiveOutbox others, EvaluateReadings evaluate) : IReadingSink
{
    /// <inheritdoc/>
    public ValueTask AcceptAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        live.Apply(readings);
        others.Add(readings);
        return evaluate(readings, cancel);
    }
}
