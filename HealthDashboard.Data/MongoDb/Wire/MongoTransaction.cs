using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>One transaction: everything it reads is of one moment, everything it writes is kept or nothing is [specifications/transactions].</summary>
internal sealed class MongoTransaction(Topology topology, ServerSession session, BsonDocument writeConcern, TimeProvider time)
{
    private const int CommitAttempts = 3;
    private static readonly TimeSpan AbortLimit = TimeSpan.FromSeconds(2);

    private readonly long number = session.NextNumber();
    private MongoServer? server;
    private BsonValue recoveryToken;
    private bool committing;

    /// <summary>Runs a command as a part of the transaction, on the server that its first one went to.</summary>
    /// <exception cref="MongoException">It failed, and the whole transaction with it.</exception>
    public async Task<BsonDocument> RunAsync(MongoCommand command, CancellationToken cancel)
    {
        var part = Part(command);
        if (server is null)
        {
            server = await topology.SelectAsync(cancel);
            part = part.With(("startTransaction", true), ("readConcern", Snapshot()));
        }
        session.IsDirty = true;
        try
        {
            var reply = await server.RunAsync(part, cancel);
            // Lets another mongos finish what this one began.
            recoveryToken = reply.TryGet("recoveryToken", out var token) ? token : recoveryToken;
            return reply;
        }
        catch (MongoConnectionException error)
        {
            error.Add(MongoException.TransientTransaction);
            throw;
        }
    }

    /// <summary>Keeps what was done. Asked again when the answer is lost: the server knows whether it has done it.</summary>
    /// <exception cref="MongoException">Nothing was kept; with <see cref="MongoException.UnknownCommit"/> it may have been.</exception>
    public async Task CommitAsync(CancellationToken cancel)
    {
        if (server is null)
            return;
        committing = true;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await server.RunAsync(End("commitTransaction"), cancel);
                session.IsDirty = false;
                return;
            }
            catch (MongoException error) when (error is MongoConnectionException or MongoCommandException { IsWriteConcern: true }
                || error.Has(MongoException.RetryableWrite))
            {
                error.Add(MongoException.UnknownCommit);
                if (attempt == CommitAttempts)
                    throw;
                server = await topology.SelectAsync(cancel);
            }
        }
    }

    /// <summary>
    /// Undoes what was done, if anything was. A server that does not hear it undoes it by itself after a minute, so a failure here changes
    /// nothing but how long others wait.
    /// </summary>
    public async Task AbortAsync()
    {
        if (server is null || committing)
            return;
        using var limit = new CancellationTokenSource(AbortLimit, time);
        try
        {
            await server.RunAsync(End("abortTransaction"), limit.Token);
            session.IsDirty = false;
        }
        catch (Exception error) when (error is MongoException or OperationCanceledException)
        {
            session.IsDirty = true;
        }
    }

    private MongoCommand Part(MongoCommand command) => command.With(("lsid", session.Id), ("txnNumber", number), ("autocommit", false));

    private MongoCommand End(string name)
    {
        var command = Part(new("admin", new() { [name] = 1, ["writeConcern"] = writeConcern }));
        return recoveryToken.IsNull ? command : command.With(("recoveryToken", recoveryToken));
    }

    // Not older than anything that this program has seen, also when it saw it through another mongos.
    private BsonDocument Snapshot()
    {
        var concern = new BsonDocument { ["level"] = "snapshot" };
        if (topology.Clock.OperationTime is { } seen)
            concern["afterClusterTime"] = seen;
        return concern;
    }
}
