using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>Where readings go once they are durable. What shows and evaluates them implements it, so that ingest depends on neither.</summary>
internal interface IReadingSink
{
    /// <summary>Accepts readings in the order in which they were stored; the task ends when the alarms have them.</summary>
    ValueTask AcceptAsync(IReadOnlyList<Reading> readings, CancellationToken cancel);
}
