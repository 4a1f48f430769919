using HealthDashboard.Data.Model;
using HealthDashboard.Ingest;

namespace HealthDashboard.Tests.Support;

/// <summary>Keeps the readings that would go to screens and alarms.</summary>
internal sealed class ReadingList : IReadingSink
{
    private readonly List<Reading> readings = [];

    /// <summary>They, as they came.</summary>
    public IReadOnlyList<Reading> All
    {
        get
        {
            lock (readings)
                return [.. readings];
        }
    }

    public ValueTask AcceptAsync(IReadOnlyList<Reading> readings, CancellationToken cancel)
    {
        lock (this.readings)
            this.readings.AddRange(readings);
        return ValueTask.CompletedTask;
    }
}
