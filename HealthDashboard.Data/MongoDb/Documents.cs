using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Bson.Serialization.Serializers;
using MongoDB.Driver;

namespace HealthDashboard.Data.MongoDb;

/// <summary>How documents are found, read for a list, and changed.</summary>
internal static class Documents
{
    private const int BatchSize = 1000;

    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(5);

    /// <summary>The documents that are like this, of what a majority has, so that it is never taken back.</summary>
    public static IFindFluent<BsonDocument, BsonDocument> Where(this IMongoCollection<BsonDocument> collection, BsonDocument filter) =>
        collection.Find(filter, new FindOptions { BatchSize = BatchSize, MaxTime = ReadWithin }).As(AnyDocument.Instance);

    /// <summary>The one document that is like this; null when there is none. Nothing newer has been acknowledged.</summary>
    public static async Task<BsonDocument?> FindOneAsync(this IMongoCollection<BsonDocument> collection, BsonDocument filter, CancellationToken cancel) =>
        await collection.WithReadConcern(ReadConcern.Linearizable).Where(filter).FirstOrDefaultAsync(cancel);

    /// <summary>The one document that is like this, as the transaction sees it; null when there is none.</summary>
    public static async Task<BsonDocument?> FindOneAsync(
        this IMongoCollection<BsonDocument> collection, BsonDocument filter, IClientSessionHandle transaction, CancellationToken cancel) =>
        await collection.Find(transaction, filter).As(AnyDocument.Instance).FirstOrDefaultAsync(cancel);

    /// <summary>Adds a document; one with the same key that is there already stays as it is.</summary>
    public static async Task AddOnceAsync(this IMongoCollection<BsonDocument> collection, BsonDocument document, CancellationToken cancel)
    {
        try
        {
            await collection.InsertOneAsync(document, cancellationToken: cancel);
        }
        catch (MongoException error) when (MongoErrors.IsDuplicate(error))
        {
            // It was added before.
        }
    }

    /// <summary>Every one that is not damaged, and of damaged ones what can be read if that is asked for.</summary>
    public static async Task<List<T>> ReadAsync<T>(
        this IFindFluent<BsonDocument, BsonDocument> documents, Func<BsonDocument, T> read, CancellationToken cancel, bool orReadable = false)
    {
        var records = new List<T>();
        foreach (var document in await documents.ToListAsync(cancel))
        {
            if (DamagedRecords.TryRead(document, read, out var record, orReadable))
                records.Add(record);
        }
        return records;
    }

    // One document that has a field twice, which some clients can write, must not make the whole list fail.
    private sealed class AnyDocument : SerializerBase<BsonDocument>
    {
        public static readonly AnyDocument Instance = new();

        public override BsonDocument Deserialize(BsonDeserializationContext context, BsonDeserializationArgs args) =>
            BsonDocumentSerializer.Instance.Deserialize(context.With(allowing => allowing.AllowDuplicateElementNames = true), args);
    }

    /// <summary>The update that sets every field of a document but those of its key.</summary>
    public static BsonDocument SetAllBut(this BsonDocument document, params string[] key) =>
        new() { ["$set"] = new BsonDocument(document.Where(field => !key.Contains(field.Name, StringComparer.Ordinal))) };
}
