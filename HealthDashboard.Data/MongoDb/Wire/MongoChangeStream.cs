using System.Runtime.CompilerServices;
using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// Follows what a majority has kept of the changes to collections [specifications/change-streams]. It is not resumed: whoever follows reads
/// everything once after each beginning, so a token of where it broke would only spare that.
/// </summary>
internal static class MongoChangeStream
{
    private const int BatchSize = 1000;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The events (<c>operationType</c>, <c>ns</c>, <c>documentKey</c>) from now on. The first batch comes once the server follows; later
    /// ones at least once a second, empty when nothing happened.
    /// </summary>
    /// <exception cref="MongoException">The server cannot be followed, or events may have been missed: begin again.</exception>
    public static async IAsyncEnumerable<IReadOnlyList<BsonDocument>> FollowAsync(
        MongoClient client, IReadOnlyList<string> collections, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pipeline = new BsonArray
        {
            new BsonDocument { ["$changeStream"] = new BsonDocument() },
            new BsonDocument { ["$match"] = new BsonDocument { ["ns.coll"] = new BsonDocument { ["$in"] = BsonArray.Of(collections, name => name) } } },
            new BsonDocument { ["$project"] = new BsonDocument { ["operationType"] = 1, ["ns"] = 1, ["documentKey"] = 1 } },
        };
        var begin = new MongoCommand(client.Options.Database, new() { ["aggregate"] = 1 }).With(
            ("pipeline", pipeline),
            ("cursor", new BsonDocument { ["batchSize"] = BatchSize }),
            ("readConcern", new BsonDocument { ["level"] = "majority" }));
        var (reply, server) = await client.ReadAsync(begin, cancel);
        var cursor = reply["cursor"].AsDocument;
        var open = cursor["id"].AsInt64;
        var more = new MongoCommand(client.Options.Database, new() { ["getMore"] = open }).With(
            ("collection", "$cmd.aggregate"), ("batchSize", BatchSize), ("maxTimeMS", (long)AnswerWithin.TotalMilliseconds));
        yield return Of(cursor["firstBatch"]);
        // One that is left ends by itself on the server after 10 minutes.
        while (open != 0)
        {
            cursor = (await server.RunAsync(more, cancel))["cursor"].AsDocument;
            open = cursor["id"].AsInt64;
            yield return Of(cursor["nextBatch"]);
        }
        throw new MongoConnectionException("The server has ended the change stream.");
    }

    // A collection that was dropped or renamed has no key.
    private static IReadOnlyList<BsonDocument> Of(BsonValue batch) =>
        [.. batch.AsArray.Select(change => change.AsDocument).Where(change => change.TryGet("documentKey", out _))];
}
