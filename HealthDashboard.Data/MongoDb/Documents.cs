using HealthDashboard.Data.MongoDb.Wire.Bson;
using HealthDashboard.Data.Stores;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How documents are read for a list, and changed.</summary>
internal static class Documents
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

    /// <summary>The update that sets every field of a document but those of its key.</summary>
    public static BsonDocument SetAllBut(this BsonDocument document, params string[] key)
    {
        var fields = new BsonDocument();
        foreach (var (name, value) in document.Where(field => !key.Contains(field.Key, StringComparer.Ordinal)))
            fields[name] = value;
        return new() { ["$set"] = fields };
    }
}
