using System.Collections.Immutable;
using MongoDB.Bson;

namespace HealthDashboard.Tests.Servers.MongoDb.Scripted;

/// <summary>What the members of a scripted replica set share: documents, unique indexes, transactions and the writes they know again.</summary>
internal sealed class MiniData
{
    public static readonly ImmutableList<BsonDocument> Nothing = [];

    public ImmutableDictionary<string, ImmutableList<BsonDocument>> Committed { get; set; } = ImmutableDictionary<string, ImmutableList<BsonDocument>>.Empty;

    // Real ones wait a minute for a client that has gone [transactionLifetimeLimitSeconds].
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromSeconds(1);

    /// <summary>The one transaction that is open; others get a conflict.</summary>
    public MiniTransaction? Open
    {
        get => field is { } open && TimeProvider.System.GetElapsedTime(open.Begun) > LongestTransaction ? field = null : field;
        set;
    }

    /// <summary>The keys of transactions that were committed.</summary>
    public HashSet<(BsonDocument Session, long Number)> CommittedTransactions { get; } = [];

    /// <summary>The answers to numbered writes, given again when the same number comes again.</summary>
    public Dictionary<(BsonDocument Session, long Number), BsonDocument> Written { get; } = [];

    /// <summary>The fields of each collection that are unique, _id apart.</summary>
    public Dictionary<string, HashSet<string>> Unique { get; } = [];

    /// <summary>What cursors have still to give.</summary>
    public Dictionary<long, Queue<BsonDocument>> Cursors { get; } = [];

    /// <summary>A broken server: each write of a transaction is kept as it comes, and nothing is undone.</summary>
    public bool UndoesNothing { get; set; }

    public Lock Gate { get; } = new();

    public int Clock { get; set; }

    public IReadOnlyList<BsonDocument> this[string collection] => Committed.GetValueOrDefault(collection) ?? Nothing;
}

/// <summary>A transaction that is open, with its view of everything.</summary>
internal sealed class MiniTransaction(BsonDocument session, long number, ImmutableDictionary<string, ImmutableList<BsonDocument>> view)
{
    public long Begun { get; } = TimeProvider.System.GetTimestamp();

    public BsonDocument Session { get; } = session;

    public long Number { get; } = number;

    public ImmutableDictionary<string, ImmutableList<BsonDocument>> View { get; set; } = view;
}
