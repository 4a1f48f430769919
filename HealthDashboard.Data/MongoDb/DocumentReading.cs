using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How many documents are read for a list.</summary>
internal static class DocumentReading
{
    /// <summary>Every one that is not damaged, and of damaged ones what can be read if that is asked for.</summary>
    public static async Task<List<T>> ReadAsync<T>(
        this IAsyncEnumerable<BsonDocument> documents, Func<BsonDocument, T> read, CancellationToken cancel, bool orReadable = false)
    {
        var records = new List<T>();
        await foreach (var document in documents.WithCancellation(cancel))
        {
            if (DamagedRecords.TryRead(document, read, out var record, orReadable))
                records.Add(record);
        }
        return records;
    }
}
