using System.Runtime.CompilerServices;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>How far what is read must have come.</summary>
internal enum ReadConcern
{
    /// <summary>Kept by a majority, so that it is never taken back.</summary>
    Majority,

    /// <summary>The same, and nothing newer has been acknowledged: for a single document.</summary>
    Linearizable,
}

/// <summary>What to find.</summary>
/// <param name="Filter">What a document must be like.</param>
/// <param name="Sort">In which order; null for any.</param>
/// <param name="Skip">How many to leave out first.</param>
/// <param name="Limit">At most so many; 0 for all.</param>
internal sealed record FindQuery(BsonDocument Filter, BsonDocument? Sort = null, long Skip = 0, int Limit = 0);

/// <summary>An index.</summary>
internal sealed record MongoIndex(string Name, BsonDocument Key, bool Unique = false);

/// <summary>The documents of one name. Given a transaction, a call is a part of it.</summary>
internal sealed class MongoCollection(MongoClient client, string database, string name)
{
    private const int BatchSize = 1000;

    // A message may have 48 MB; a third of that leaves room, and lets other commands in between.
    private const int MostBytes = 16 * 1024 * 1024;

    /// <summary>The one document that is like this; null when there is none.</summary>
    public async Task<BsonDocument?> FindOneAsync(BsonDocument filter, ReadConcern concern, CancellationToken cancel)
    {
        var reply = await client.ReadAsync(Concerned(FindOne(filter), concern), cancel);
        return First(reply.Reply);
    }

    /// <inheritdoc cref="FindOneAsync(BsonDocument, ReadConcern, CancellationToken)"/>
    public async Task<BsonDocument?> FindOneAsync(BsonDocument filter, MongoTransaction transaction, CancellationToken cancel) =>
        First(await transaction.RunAsync(FindOne(filter), cancel));

    /// <summary>Every document that the query asks for, fetched as the caller goes on.</summary>
    public async IAsyncEnumerable<BsonDocument> FindAsync(
        FindQuery query, ReadConcern concern = ReadConcern.Majority, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var command = Command("find", ("filter", query.Filter), ("batchSize", BatchSize));
        if (query.Sort is not null)
            command = command.With(("sort", query.Sort));
        if (query.Skip > 0)
            command = command.With(("skip", query.Skip));
        if (query.Limit > 0)
            command = command.With(("limit", query.Limit));
        var (reply, server) = await client.ReadAsync(Concerned(command, concern), cancel);
        var cursor = reply["cursor"].AsDocument;
        var open = cursor["id"].AsInt64;
        var batch = cursor["firstBatch"].AsArray;
        try
        {
            while (true)
            {
                foreach (var document in batch)
                    yield return document.AsDocument;
                if (open == 0)
                    yield break;
                // Only the server that began it can go on, and a second attempt would leave a batch out.
                reply = await server.RunAsync(Command("getMore", open, ("collection", name), ("batchSize", BatchSize)), cancel);
                cursor = reply["cursor"].AsDocument;
                open = cursor["id"].AsInt64;
                batch = cursor["nextBatch"].AsArray;
            }
        }
        finally
        {
            if (open != 0)
            {
                // Whoever gave up does not wait for a server that does not answer.
                var killing = KillAsync(server, open);
                if (!cancel.IsCancellationRequested)
                    await killing;
            }
        }
    }

    /// <summary>How many documents are like this. By aggregation: the count command counts what is on its way between shards twice.</summary>
    public async Task<long> CountAsync(BsonDocument filter, CancellationToken cancel)
    {
        var pipeline = new BsonArray
        {
            new BsonDocument { ["$match"] = filter },
            new BsonDocument { ["$group"] = new BsonDocument { ["_id"] = BsonValue.Null, ["n"] = new BsonDocument { ["$sum"] = 1 } } },
        };
        var command = Concerned(Command("aggregate", ("pipeline", pipeline), ("cursor", new BsonDocument())), ReadConcern.Majority);
        return First((await client.ReadAsync(command, cancel)).Reply)?["n"].AsInt64 ?? 0;
    }

    /// <summary>Adds documents, in order. Without a transaction, those before one that is refused stay.</summary>
    /// <exception cref="MongoCommandException">A unique value is taken, among others.</exception>
    public async Task InsertAsync(IEnumerable<BsonDocument> documents, CancellationToken cancel, MongoTransaction? transaction = null)
    {
        using var buffer = new BsonBuffer();
        var count = 0;
        foreach (var document in documents)
        {
            var before = buffer.Length;
            document.WriteTo(buffer);
            if (count > 0 && (count == BatchSize || buffer.Length > MostBytes))
            {
                // The document that is one too many begins the next batch.
                await InsertAsync(buffer.Written[..before], transaction, cancel);
                buffer.RemoveFirst(before);
                count = 0;
            }
            count++;
        }
        if (count > 0)
            await InsertAsync(buffer.Written, transaction, cancel);
    }

    /// <summary>Changes or replaces the first document that is like this.</summary>
    /// <param name="filter">What it must be like.</param>
    /// <param name="update">The whole new document, or what to change with <c>$set</c> and the like.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <param name="transaction">What it is a part of; null for nothing.</param>
    /// <param name="upsert">Whether to add it when there is none.</param>
    /// <returns>Whether there was one, or it was added.</returns>
    public async Task<bool> UpdateAsync(
        BsonDocument filter, BsonDocument update, CancellationToken cancel, MongoTransaction? transaction = null, bool upsert = false)
    {
        var statement = new BsonDocument { ["q"] = filter, ["u"] = update, ["upsert"] = upsert };
        return (await WriteAsync(Command("update", ("updates", new BsonArray { statement })), transaction, cancel))["n"].AsInt64 == 1;
    }

    /// <summary>Removes the first document that is like this; gives whether there was one.</summary>
    public async Task<bool> DeleteAsync(BsonDocument filter, CancellationToken cancel, MongoTransaction? transaction = null)
    {
        var statement = new BsonDocument { ["q"] = filter, ["limit"] = 1 };
        return (await WriteAsync(Command("delete", ("deletes", new BsonArray { statement })), transaction, cancel))["n"].AsInt64 == 1;
    }

    /// <summary>Makes the collection and its indexes, those that are not there yet.</summary>
    public async Task CreateAsync(IReadOnlyList<MongoIndex> indexes, CancellationToken cancel)
    {
        const int NamespaceExists = 48;
        try
        {
            await client.DefineAsync(Command("create"), cancel);
        }
        catch (MongoCommandException error) when (error.Code == NamespaceExists)
        {
            // As on every start but the first.
        }
        if (indexes.Count == 0)
            return;
        var made = BsonArray.Of(indexes, index => new BsonDocument { ["key"] = index.Key, ["name"] = index.Name, ["unique"] = index.Unique });
        await client.DefineAsync(Command("createIndexes", ("indexes", made)), cancel);
    }

    private async Task InsertAsync(ReadOnlyMemory<byte> documents, MongoTransaction? transaction, CancellationToken cancel) =>
        await WriteAsync(Command("insert") with { SequenceName = "documents", Sequence = documents }, transaction, cancel);

    private Task<BsonDocument> WriteAsync(MongoCommand command, MongoTransaction? transaction, CancellationToken cancel) =>
        transaction is null ? client.WriteAsync(command, cancel) : transaction.RunAsync(command, cancel);

    private MongoCommand FindOne(BsonDocument filter) => Command("find", ("filter", filter), ("limit", 1), ("singleBatch", true));

    private MongoCommand Concerned(MongoCommand command, ReadConcern concern) => command.With(
        ("readConcern", new BsonDocument { ["level"] = concern == ReadConcern.Linearizable ? "linearizable" : "majority" }),
        ("maxTimeMS", (long)client.Options.ReadTimeout.TotalMilliseconds));

    private MongoCommand Command(string command, params ReadOnlySpan<(string Name, BsonValue Value)> more) => Command(command, name, more);

    private MongoCommand Command(string command, BsonValue of, params ReadOnlySpan<(string Name, BsonValue Value)> more) =>
        new MongoCommand(database, new() { [command] = of }).With(more);

    private static BsonDocument? First(BsonDocument reply) =>
        reply["cursor"].AsDocument["firstBatch"].AsArray is { Count: > 0 } batch ? batch[0].AsDocument : null;

    private async Task KillAsync(MongoServer server, long cursor)
    {
        using var limit = new CancellationTokenSource(client.Options.ReadTimeout, client.Time);
        try
        {
            await server.RunAsync(Command("killCursors", ("cursors", new BsonArray { cursor })), limit.Token);
        }
        catch (Exception error) when (error is MongoException or OperationCanceledException)
        {
            // A cursor that nobody reads on ends by itself after 10 minutes; this would only have spared the server those.
        }
    }
}
