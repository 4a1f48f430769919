using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using HealthDashboard.Data.Stores;
using MongoDB.Bson;
using MongoDB.Driver;

namespace HealthDashboard.Data.MongoDb;

/// <summary>
/// Says the driver's errors as every store does. A server's text may quote a record, and the driver repeats it, so of an error only its
/// number and name go on, and it is no inner exception either: those end up in logs.
/// </summary>
internal static class MongoErrors
{
    private const int DuplicateKey = 11000;
    private const int WriteConflict = 112;

    // Not primary, recovering, shutting down, the network between servers, and "not enough members have answered in time"
    // [server discovery and monitoring; retryable reads].
    private static readonly HashSet<int> Passing =
        [10107, 13435, 10058, 11600, 11602, 13436, 189, 91, 6, 7, 89, 9001, 262, 134, 64, 100, 79, 50, 133, 50915, 43];

    /// <summary>A unique value is taken.</summary>
    public static bool IsDuplicate(MongoException error) => NumberOf(error).Code == DuplicateKey;

    /// <summary>Another call has changed the same documents, and nothing was done.</summary>
    public static bool IsConflict(MongoException error) => NumberOf(error).Code == WriteConflict;

    /// <summary>The error is the driver's, or comes from below it or from an answer that it cannot read.</summary>
    public static bool IsDrivers(Exception error) => error is MongoException or BsonException or TimeoutException or ObjectDisposedException or IOException
        or SocketException or DnsClient.DnsResponseException or FormatException or KeyNotFoundException or InvalidCastException;

    /// <summary>The driver's error in the stores' words.</summary>
    /// <param name="store">The store's name for people.</param>
    /// <param name="error">The error.</param>
    /// <param name="servers">The servers' states in words, for when none can be used.</param>
    public static Exception Translate(string store, Exception error, string servers) => error switch
    {
        MongoAuthenticationException { InnerException: MongoCommandException } => StoreRefusedException.Account(store),
        MongoIncompatibleDriverException => new StoreRefusedException(store, "is older or newer than this program can talk to: MongoDB 6.0 or later is needed."),
        MongoConnectionException connection => new StoreUnavailableException(store, $"{Address(connection.ConnectionId?.ServerId?.EndPoint)} {Reason(connection)}."),
        // No server was found in time, or no connection was free.
        TimeoutException => new StoreUnavailableException(store, $"no server to write to: {servers}."),
        ObjectDisposedException or SocketException or IOException => new StoreUnavailableException(store, $"the connection {Reason(error)}."),
        // With mongodb+srv the servers' names come from DNS.
        DnsClient.DnsResponseException or MongoConfigurationException => new StoreUnavailableException(store, "its hosts cannot be looked up in DNS."),
        MongoException known => OfServer(store, known),
        _ => new StoreException(store, $"an answer cannot be read ({error.GetType().Name})."),
    };

    /// <summary>Transactions and change streams need a replica set.</summary>
    public static StoreRefusedException NoReplicaSet(string store) =>
        new(store, "is no replica set: start it with --replSet and run rs.initiate(), one member is enough.");

    /// <summary>Why a server cannot be reached, in a few words.</summary>
    public static string Reason(Exception? error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case SocketException { SocketErrorCode: not SocketError.OperationAborted } socket:
                    return $"cannot be reached ({socket.SocketErrorCode})";
                case AuthenticationException:
                    return "has no certificate that is trusted for its name";
                case TimeoutException:
                    return "does not answer";
            }
        }
        return "closed the connection";
    }

    /// <summary>A server's address as people write it.</summary>
    public static string Address(EndPoint? server) => server switch
    {
        DnsEndPoint name => $"{name.Host}:{name.Port}",
        null => "a server",
        _ => server.ToString()!,
    };

    private static Exception OfServer(string store, MongoException error)
    {
        var (code, name) = NumberOf(error);
        return code switch
        {
            DuplicateKey => new ConflictException(ConflictReason.Duplicate, "Another record has the same unique value."),
            WriteConflict => new StoreContendedException(store, "others change the same records."),
            13 => new StoreRefusedException(store, "refuses the account this right: it needs readWrite on the database."),
            18 => StoreRefusedException.Account(store),
            14031 or 14037 => new StoreRefusedException(store, "has no room on its disk."),
            _ when error is not MongoServerException => new StoreUnavailableException(store, $"cannot be queried now ({name})."),
            _ when MayPass(error, code) => new StoreUnavailableException(store, $"refused: {name}."),
            _ => new StoreException(store, $"refused: {name}."),
        };
    }

    // What has done nothing or may have been done, and what no majority is known to have, may succeed later.
    private static bool MayPass(MongoException error, int code) =>
        Passing.Contains(code)
        || error is MongoWriteConcernException or MongoWriteException { WriteConcernError: not null } or MongoBulkWriteException { WriteConcernError: not null }
        || error.HasErrorLabel("RetryableWriteError")
        || error.HasErrorLabel("TransientTransactionError")
        || error.HasErrorLabel("UnknownTransactionCommitResult");

    private static (int Code, string Name) NumberOf(MongoException error) => error switch
    {
        MongoWriteException { WriteError: { } write } => Named(write.Code, null),
        MongoWriteException { WriteConcernError: { } concern } => Named(concern.Code, concern.CodeName),
        MongoBulkWriteException { WriteErrors: [var first, ..] } => Named(first.Code, null),
        MongoBulkWriteException { WriteConcernError: { } concern } => Named(concern.Code, concern.CodeName),
        MongoWriteConcernException { Result: { } result } when result.TryGetValue("writeConcernError", out var concern) => Of(concern.AsBsonDocument),
        MongoCommandException { Result: { } result } => Of(result),
        MongoCursorNotFoundException => Named(43, "CursorNotFound"),
        MongoExecutionTimeoutException timeout => Named(timeout.Code, timeout.CodeName),
        _ => (0, error.GetType().Name),
    };

    private static (int Code, string Name) Of(BsonDocument error) =>
        Named(error.GetValue("code", 0).ToInt32(), error.GetValue("codeName", BsonNull.Value) is BsonString name ? name.Value : null);

    private static (int Code, string Name) Named(int code, string? name) => (code, name is null ? $"error {code}" : $"{name} ({code})");
}
