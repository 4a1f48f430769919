using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>What this client cannot do. No message carries a value: a server's own words may quote a record.</summary>
internal abstract class MongoException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The transaction did nothing, and may run again from its start.</summary>
    public const string TransientTransaction = "TransientTransactionError";

    /// <summary>It is not known whether the transaction was committed; the commit may be asked for again.</summary>
    public const string UnknownCommit = "UnknownTransactionCommitResult";

    /// <summary>The write may be sent again with its number: the server knows whether it did it.</summary>
    public const string RetryableWrite = "RetryableWriteError";

    private readonly HashSet<string> labels = [];

    public bool Has(string label) => labels.Contains(label);

    public void Add(string label) => labels.Add(label);
}

/// <summary>No server can be reached, the connection broke, or what came over it is no MongoDB. A later attempt may succeed.</summary>
internal sealed class MongoConnectionException(string message, Exception? inner = null) : MongoException(message, inner);

/// <summary>The server at this address cannot be used as it is: too old, no replica set, or without the right certificate or password.</summary>
internal sealed class MongoRefusedException(string message, Exception? inner = null) : MongoException(message, inner)
{
    /// <summary>It is the user name or the password that is refused.</summary>
    public bool IsAccount { get; init; }
}

/// <summary>A server answered with an error.</summary>
internal sealed class MongoCommandException : MongoException
{
    private const int DuplicateKey = 11000;
    private const int MaxTimeExpired = 50;

    // Server discovery and monitoring, "not writable primary" and "node is recovering".
    private static readonly HashSet<int> NotPrimary = [10107, 13435, 10058, 11600, 11602, 13436, 189, 91];
    private static readonly HashSet<int> Shutdown = [11600, 91];

    // Retryable reads, "retryable error", beyond those above.
    private static readonly HashSet<int> Network = [6, 7, 89, 9001, 262, 134];

    // What only says that not enough members have answered in time.
    private static readonly HashSet<int> TooSlow = [64, 100, 79, MaxTimeExpired, 133, 50915];

    /// <summary>Makes the error of a command, of one of its writes, or of its write concern.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="reply">The whole reply, which has the labels.</param>
    /// <param name="error">The part that has <c>code</c> and <c>codeName</c>.</param>
    public MongoCommandException(string command, BsonDocument reply, BsonDocument error)
        : base($"{command} was refused: {NameOf(error)}.")
    {
        Code = CodeOf(error);
        IsWriteConcern = !ReferenceEquals(reply, error) && reply.TryGet("writeConcernError", out _);
        foreach (var label in reply.TryGet("errorLabels", out var labels) ? labels.AsArray : [])
            Add(label.AsString);
    }

    /// <summary>MongoDB's number of the error; 0 when it gave none.</summary>
    public int Code { get; }

    /// <summary>The write is done on the primary, but not known to be kept by a majority.</summary>
    public bool IsWriteConcern { get; }

    public bool IsDuplicateKey => Code == DuplicateKey;

    public bool IsNotPrimary => NotPrimary.Contains(Code);

    public bool IsShutdown => Shutdown.Contains(Code);

    public bool IsRetryableRead => IsNotPrimary || Network.Contains(Code);

    /// <summary>What an operator must mend, in words; null when it is not that.</summary>
    public string? Refusal => Code switch
    {
        13 => "refuses the account this right: it needs readWrite on the database.",
        18 => Stores.StoreRefusedException.WrongAccount,
        14031 or 14037 => "has no room on its disk.",
        _ => null,
    };

    /// <summary>The same call may succeed later.</summary>
    public bool MayPass =>
        IsRetryableRead || IsWriteConcern || TooSlow.Contains(Code) || Has(RetryableWrite) || Has(TransientTransaction) || Has(UnknownCommit);

    /// <summary>Throws when a reply says that the command, a write of it or its write concern failed.</summary>
    public static void ThrowIfFailed(string command, BsonDocument reply)
    {
        if (!reply.Get("ok").AsBoolean)
            throw new MongoCommandException(command, reply, reply);
        if (reply.TryGet("writeErrors", out var errors) && errors.AsArray.Count > 0)
            throw new MongoCommandException(command, reply, errors.AsArray[0].AsDocument);
        if (reply.TryGet("writeConcernError", out var concern))
            throw new MongoCommandException(command, reply, concern.AsDocument);
    }

    private static int CodeOf(BsonDocument error) => error.TryGet("code", out var code) ? code.AsInt32 : 0;

    private static string NameOf(BsonDocument error) =>
        error.TryGet("codeName", out var name) && name.Type == BsonType.String ? $"{name.AsString} ({CodeOf(error)})" : $"error {CodeOf(error)}";
}
