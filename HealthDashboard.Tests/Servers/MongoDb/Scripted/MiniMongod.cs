using HealthDashboard.Data.MongoDb;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>
/// A mongod in small: enough of it to run the stores' contracts, strict about what real ones are strict about (unknown fields, fields that
/// may not stand in a transaction, the primary, sessions). One transaction at a time: a second one gets a write conflict.
/// </summary>
internal sealed class MiniMongod(MiniData data)
{
    private const string Set = "rs0";

    private static readonly HashSet<string> Common =
        ["$db", "lsid", "$clusterTime", "txnNumber", "autocommit", "startTransaction", "writeConcern", "readConcern", "maxTimeMS", "ordered", "$readPreference"];

    private static readonly Dictionary<string, string[]> Fields = new()
    {
        ["insert"] = ["documents"],
        ["update"] = ["updates"],
        ["delete"] = ["deletes"],
        ["find"] = ["filter", "sort", "skip", "limit", "batchSize", "singleBatch", "projection"],
        ["getMore"] = ["collection", "batchSize"],
        ["killCursors"] = ["cursors"],
        ["aggregate"] = ["pipeline", "cursor"],
        ["create"] = [],
        ["createIndexes"] = ["indexes"],
        ["commitTransaction"] = ["recoveryToken"],
        ["abortTransaction"] = ["recoveryToken"],
        ["endSessions"] = [],
        ["ping"] = [],
        ["dropDatabase"] = [],
    };

    public MiniData Data { get; } = data;

    public string Address { get; set; } = "";

    /// <summary>What it says that it is.</summary>
    public MemberType Type { get; set; } = MemberType.Primary;

    /// <summary>Every member's address; empty for only its own.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>The election that made it primary.</summary>
    public ObjectId Election { get; set; } = ObjectId.Empty;

    /// <summary>What it answers to every write; null when it does them.</summary>
    public BsonDocument? Refusal { get; set; }

    /// <summary>Who may sign in; null when nobody has to.</summary>
    public MiniUser? User { get; set; }

    public async Task<BsonDocument> RunAsync(BsonDocument command, MiniScram session, CancellationToken cancel)
    {
        while (true)
        {
            lock (Data.Gate)
            {
                if (Run(command, session) is { } reply)
                    return Stamped(reply);
            }
            // A write outside a transaction waits for the one that is open.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancel);
        }
    }

    private BsonDocument? Run(BsonDocument command, MiniScram session)
    {
        var name = command.GetElement(0).Name;
        switch (name)
        {
            case "hello" or "isMaster" or "ismaster":
                return Hello();
            case "saslStart" when User is not null:
                return session.Start(command, User);
            case "saslContinue" when User is not null:
                return session.Continue(command, User);
        }
        if (User is not null && !session.IsSignedIn)
            return Fault.Refusal(13, "Unauthorized");
        if (!Fields.TryGetValue(name, out var fields))
            return Fault.Refusal(59, "CommandNotFound");
        if (command.Skip(1).Any(field => !Common.Contains(field.Name) && !fields.Contains(field.Name)))
            return Fault.Refusal(40415, "Location40415");
        if (name is "endSessions" or "ping")
            return Ok();
        if (Type is not (MemberType.Primary or MemberType.Mongos or MemberType.Standalone))
            return name is "find" or "aggregate" or "getMore" ? Fault.Refusal(13435, "NotPrimaryNoSecondaryOk") : Fault.Refusal(10107, "NotWritablePrimary", "RetryableWriteError");
        if (Refusal is not null && name is ("insert" or "update" or "delete"))
            return Refusal;
        return command.TryGetValue("autocommit", out _) ? MiniTransactions.Run(Data, command, Run) : RunAlone(command);
    }

    private BsonDocument? RunAlone(BsonDocument command)
    {
        var isWrite = command.GetElement(0).Name is "insert" or "update" or "delete";
        if (!isWrite || !command.TryGetValue("txnNumber", out var number))
            return isWrite && Data.Open is not null ? null : RunCommitted(command);
        var key = (command["lsid"].AsBsonDocument, number.ToInt64());
        if (Data.Written.TryGetValue(key, out var before))
            return before;
        if (Data.Open is not null)
            return null;
        return Data.Written[key] = RunCommitted(command);
    }

    private BsonDocument RunCommitted(BsonDocument command)
    {
        var view = new MiniTransaction([], 0, Data.Committed);
        var reply = Run(command, view);
        Data.Committed = view.View;
        return reply;
    }

    private BsonDocument Run(BsonDocument command, MiniTransaction view) => new MiniCommands(Data, view).Run(command);

    private BsonDocument Stamped(BsonDocument reply)
    {
        var now = new BsonTimestamp(++Data.Clock, 1);
        return new(reply)
        {
            ["operationTime"] = now,
            ["$clusterTime"] = new BsonDocument
            {
                ["clusterTime"] = now,
                ["signature"] = new BsonDocument { ["hash"] = new BsonBinaryData(new byte[20]), ["keyId"] = 0L },
            },
        };
    }

    private BsonDocument Hello()
    {
        var hello = new BsonDocument
        {
            ["helloOk"] = true,
            ["ismaster"] = Type is MemberType.Primary or MemberType.Mongos or MemberType.Standalone,
            ["isWritablePrimary"] = Type is MemberType.Primary or MemberType.Mongos or MemberType.Standalone,
            ["maxBsonObjectSize"] = 16777216,
            ["maxMessageSizeBytes"] = 48000000,
            ["maxWriteBatchSize"] = 100000,
            ["localTime"] = TimeProvider.System.GetUtcNow().ToValue(),
            ["logicalSessionTimeoutMinutes"] = 30,
            ["minWireVersion"] = 0,
            ["maxWireVersion"] = 21,
            ["ok"] = 1.0,
        };
        if (User is not null)
            hello["saslSupportedMechs"] = new BsonArray { "SCRAM-SHA-256" };
        if (Type == MemberType.Mongos)
            hello["msg"] = "isdbgrid";
        if (Type is not (MemberType.Primary or MemberType.Secondary))
            return hello;
        hello["setName"] = Set;
        hello["me"] = Address;
        hello["setVersion"] = 1;
        hello["secondary"] = Type == MemberType.Secondary;
        hello["hosts"] = new BsonArray(Hosts.Count > 0 ? Hosts : [Address]);
        if (Type == MemberType.Primary)
            hello["electionId"] = Election;
        return hello;
    }

    private static BsonDocument Ok() => new() { ["ok"] = 1.0 };
}

/// <summary>What a scripted server says that it is.</summary>
internal enum MemberType
{
    Primary,
    Secondary,
    Mongos,
    Standalone,
}
