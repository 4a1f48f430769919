using HealthDashboard.Data.Model;

namespace HealthDashboard.Census;

/// <summary>
/// Which records were deleted lately, so that one that was read just before is not taken for a new one. A later version is: it was undeleted.
/// Keeps the last thousand, since a read does not take longer than a thousand deletions. Not thread-safe.
/// </summary>
internal sealed class RemovedRecords
{
    private const int Most = 1_000;

    private readonly Dictionary<ObjectId, long> versions = [];
    private readonly Queue<ObjectId> order = new();

    /// <summary>Notes a deletion.</summary>
    /// <param name="id">The record.</param>
    /// <param name="version">Its last version; null when it is not known.</param>
    public void Add(ObjectId id, long? version)
    {
        if (!versions.TryAdd(id, version ?? long.MaxValue))
            return;
        order.Enqueue(id);
        if (order.Count > Most)
            versions.Remove(order.Dequeue());
    }

    /// <summary>Whether the record as given is of before its deletion.</summary>
    public bool Covers(Patient patient) => versions.TryGetValue(patient.Id, out var last) && patient.Version <= last;
}
