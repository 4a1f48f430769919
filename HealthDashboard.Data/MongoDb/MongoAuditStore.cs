using HealthDashboard.Data.Model;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;

namespace HealthDashboard.Data.MongoDb;

/// <summary>The audit in two collections of its own, beside the records. A number in a chain is a key, so two nodes cannot both have it.</summary>
internal sealed class MongoAuditStore(PatientDatabase database) : IAuditStore
{
    private static readonly BsonDocument LatestFirst = new() { ["time"] = -1, ["_id"] = -1 };

    public Task<AuditHead> HeadAsync(string chain, CancellationToken cancel = default) => database.RepeatAsync(
        async token => await database.Audit.Where(OfChain(chain, 0)).Sort(new BsonDocument("_id", -1)).Limit(1).FirstOrDefaultAsync(token) is { } last
            ? AuditDocument.ReadHead(last)
            : AuditHead.Empty(chain),
        cancel);

    public Task AppendAsync(IReadOnlyList<AuditRow> rows, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(rows.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows.Count, 1000);
        return InsertAsync(() => database.Audit, [.. rows.Select(AuditDocument.Of)], "hash", cancel);
    }

    public Task<IReadOnlyList<AuditRow>> SearchAsync(AuditQuery query, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1000);
        var parts = new BsonArray();
        if (query.Actor is { } actor)
            parts.Add(new BsonDocument("actor", actor));
        if (query.PatientId is { } patient)
            parts.Add(new BsonDocument("patientId", patient.ToValue()));
        if (query.Action is { } action)
            parts.Add(AnyOf(new BsonDocument("action", action), new BsonDocument("action", new BsonDocument { ["$gte"] = $"{action}.", ["$lt"] = $"{action}/" })));
        if (query.From is { } from)
            parts.Add(new BsonDocument("time", new BsonDocument("$gte", UpToMillisecond(from).ToValue())));
        if (query.To is { } to)
            parts.Add(new BsonDocument("time", new BsonDocument("$lt", UpToMillisecond(to).ToValue())));
        if (query.Before is { } before)
        {
            var time = before.Time.ToValue();
            parts.Add(AnyOf(
                new BsonDocument("time", new BsonDocument("$lt", time)),
                new BsonDocument { ["time"] = time, ["_id"] = new BsonDocument("$lt", AuditDocument.KeyOf(before.Chain, before.Sequence)) }));
        }
        var filter = parts.Count > 0 ? new BsonDocument("$and", parts) : [];
        return ReadAsync(filter, LatestFirst, query.Limit, cancel);
    }

    public Task<IReadOnlyList<string>> ChainsAsync(CancellationToken cancel = default) => database.RepeatAsync<IReadOnlyList<string>>(
        async token => [.. (await ChainsInAsync(database.Audit, token)).Union(await ChainsInAsync(database.AuditSeals, token)).Order(StringComparer.Ordinal)], cancel);

    public Task<IReadOnlyList<AuditRow>> ReadAsync(string chain, long after, int limit, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        return ReadAsync(OfChain(chain, after), new BsonDocument("_id", 1), limit, cancel);
    }

    public Task SealAsync(AuditSeal seal, CancellationToken cancel = default) => InsertAsync(() => database.AuditSeals, [AuditDocument.Of(seal)], "signature", cancel);

    public Task<IReadOnlyList<AuditSeal>> SealsAsync(string chain, CancellationToken cancel = default) => database.RepeatAsync<IReadOnlyList<AuditSeal>>(
        async token => await database.AuditSeals.Where(OfChain(chain, 0)).Sort(new BsonDocument("_id", 1)).ReadAsync(AuditDocument.ReadSeal, token), cancel);

    private static BsonDocument OfChain(string chain, long after) => new(
        "_id", new BsonDocument { ["$gt"] = AuditDocument.KeyOf(chain, after), ["$lt"] = AuditDocument.EndOf(chain) });

    private static BsonDocument AnyOf(params BsonDocument[] conditions) => new("$or", new BsonArray(conditions));

    // Kept times end at the millisecond, so the first kept one that is not before a moment is at the next.
    private static DateTimeOffset UpToMillisecond(DateTimeOffset time) => time.AddTicks(TimeSpan.TicksPerMillisecond - 1);

    // From each chain's first document to the next one's, however long the chains are.
    private static async Task<List<string>> ChainsInAsync(IMongoCollection<BsonDocument> collection, CancellationToken cancel)
    {
        List<string> chains = [];
        var after = "";
        while (await collection.Where(new BsonDocument("_id", new BsonDocument("$gt", after))).Sort(new BsonDocument("_id", 1)).Limit(1).FirstOrDefaultAsync(cancel) is { } next)
        {
            chains.Add(next["chain"].AsString);
            after = AuditDocument.EndOf(chains[^1]);
        }
        return chains;
    }

    private Task<IReadOnlyList<AuditRow>> ReadAsync(BsonDocument filter, BsonDocument sort, int limit, CancellationToken cancel) =>
        database.RepeatAsync<IReadOnlyList<AuditRow>>(
            async token => await database.Audit.Where(filter).Sort(sort).Limit(limit).ReadAsync(document => AuditDocument.Read(document, database.Damaged), token),
            cancel);

    // What is there already was written by an attempt whose answer was lost, if it is the same; the server inserts in order and stops at the first that is there.
    private Task InsertAsync(Func<IMongoCollection<BsonDocument>> into, IReadOnlyList<BsonDocument> documents, string mark, CancellationToken cancel) => database.RepeatAsync(
        async token =>
        {
            var (collection, rest) = (into(), documents);
            while (rest.Count > 0)
            {
                try
                {
                    await collection.InsertManyAsync(rest, cancellationToken: token);
                    break;
                }
                catch (MongoException error) when (MongoErrors.IsDuplicate(error))
                {
                    rest = await WithoutWrittenAsync(collection, rest, mark, token);
                }
            }
            return true;
        },
        cancel);

    private static async Task<IReadOnlyList<BsonDocument>> WithoutWrittenAsync(
        IMongoCollection<BsonDocument> collection, IReadOnlyList<BsonDocument> documents, string mark, CancellationToken cancel)
    {
        var range = new BsonDocument("_id", new BsonDocument { ["$gte"] = documents[0]["_id"], ["$lte"] = documents[^1]["_id"] });
        var there = (await collection.Where(range).ToListAsync(cancel)).ToDictionary(document => document["_id"]);
        if (documents.Any(document => there.TryGetValue(document["_id"], out var other) && other[mark] != document[mark]))
            throw new ConflictException(ConflictReason.Duplicate, "The audit has another row with this number.");
        return [.. documents.Where(document => !there.ContainsKey(document["_id"]))];
    }
}
