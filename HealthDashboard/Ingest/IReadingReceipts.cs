using HealthDashboard.Data.Model;

namespace HealthDashboard.Ingest;

/// <summary>Keeps, apart from everything that is done with readings, which of them were acknowledged, to be compared with the store afterwards.</summary>
internal interface IReadingReceipts
{
    /// <summary>So many readings that passed every rule are about to be made durable.</summary>
    /// <returns>Which count they belong to.</returns>
    long Send(int readings);

    /// <summary>These readings are durable, and their sender is about to hear so.</summary>
    /// <param name="count">What <see cref="Send"/> returned.</param>
    /// <param name="readings">The readings.</param>
    void Acknowledge(long count, IReadOnlyList<Reading> readings);
}
