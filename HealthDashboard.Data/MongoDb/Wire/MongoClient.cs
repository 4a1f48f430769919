using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// Runs commands on a replica set or through mongos: reads on the primary only, writes kept by a majority on disk before they count.
/// A read that a server lost is asked once more, and so is a write: its number lets the server know it again, so it is done once
/// [specifications/retryable-reads, retryable-writes].
/// </summary>
internal sealed class MongoClient(MongoClientOptions options, TimeProvider time) : IAsyncDisposable
{
    private const int MostAttempts = 20;
    private const int MostRepeats = 3;
    private const int MostEnded = 10_000;
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private readonly Topology topology = new(options, time);
    private readonly ServerSessions sessions = new(time);

    public MongoClientOptions Options { get; } = options;

    public TimeProvider Time { get; } = time;

    /// <summary>The servers in words.</summary>
    public string Servers => topology.ToString();

    public TopologyDescription Description => topology.Description;

    private BsonDocument WriteConcern { get; } = new()
    {
        ["w"] = "majority",
        ["j"] = true,
        ["wtimeout"] = (long)options.WriteTimeout.TotalMilliseconds,
    };

    public MongoCollection Collection(string name) => new(this, Options.Database, name);

    /// <summary>Runs what only reads; gives also who answered, who alone can go on with its cursor.</summary>
    /// <exception cref="MongoException">It failed twice, or for good.</exception>
    public async Task<(BsonDocument Reply, MongoServer Server)> ReadAsync(MongoCommand command, CancellationToken cancel)
    {
        MongoServer? server = null;
        try
        {
            server = await topology.SelectAsync(cancel);
            return (await server.RunAsync(command, cancel), server);
        }
        catch (MongoException error) when (server is not null && error is MongoConnectionException or MongoCommandException { IsRetryableRead: true })
        {
            server = await AgainAsync(error, cancel);
            return (await server.RunAsync(command, cancel), server);
        }
    }

    /// <inheritdoc cref="MongoChangeStream.FollowAsync"/>
    public IAsyncEnumerable<IReadOnlyList<BsonDocument>> FollowAsync(IReadOnlyList<string> collections, CancellationToken cancel) =>
        MongoChangeStream.FollowAsync(this, collections, cancel);

    /// <summary>Runs an insert, update or delete.</summary>
    /// <exception cref="MongoException">It failed; when <see cref="MongoCommandException.MayPass"/> or the connection broke, it may have been done.</exception>
    public async Task<BsonDocument> WriteAsync(MongoCommand command, CancellationToken cancel)
    {
        var session = sessions.Rent();
        var numbered = command.With(("lsid", session.Id), ("txnNumber", session.NextNumber()), ("writeConcern", WriteConcern));
        var server = await topology.SelectAsync(cancel);
        // Only a session whose every request was answered is used again.
        var answered = true;
        session.IsDirty = true;
        try
        {
            // Its number lets the server know it again, so it may be sent as often as elections follow each other.
            for (var repeat = 0; ; repeat++)
            {
                try
                {
                    var reply = await server.RunAsync(numbered, cancel);
                    session.IsDirty = !answered;
                    return reply;
                }
                catch (MongoException error) when (repeat < MostRepeats && (error is MongoConnectionException || error.Has(MongoException.RetryableWrite)))
                {
                    answered &= error is not MongoConnectionException;
                    server = await AgainAsync(error, cancel);
                }
            }
        }
        catch (MongoCommandException)
        {
            session.IsDirty = !answered;
            throw;
        }
        finally
        {
            sessions.Return(session);
        }
    }

    /// <summary>Runs what makes collections and indexes.</summary>
    public async Task<BsonDocument> DefineAsync(MongoCommand command, CancellationToken cancel)
    {
        var server = await topology.SelectAsync(cancel);
        return await server.RunAsync(command.With(("writeConcern", WriteConcern)), cancel);
    }

    /// <summary>
    /// Does several things or none [specifications/transactions-convenient-api]. What is done may run several times, each time from its start,
    /// when others change the same documents; so it must do nothing but through the transaction.
    /// </summary>
    /// <exception cref="MongoException">Nothing was done; with <see cref="MongoException.UnknownCommit"/> it may have been.</exception>
    public async Task<T> TransactAsync<T>(Func<MongoTransaction, Task<T>> work, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var session = sessions.Rent();
            var transaction = new MongoTransaction(topology, session, WriteConcern, Time);
            try
            {
                var result = await work(transaction);
                await transaction.CommitAsync(cancel);
                return result;
            }
            catch (MongoException error) when (error.Has(MongoException.TransientTransaction) && attempt < MostAttempts)
            {
                await transaction.AbortAsync();
            }
            catch
            {
                // Whoever gave up does not wait for a server that does not answer: its session is not used again.
                var aborting = transaction.AbortAsync();
                if (!cancel.IsCancellationRequested)
                    await aborting;
                throw;
            }
            finally
            {
                sessions.Return(session);
            }
            // Those who got into each other's way must not do so again in step.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.NextDouble() * Math.Min(500, 5 * Math.Pow(1.5, attempt))), Time, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var ids in sessions.TakeAll().Chunk(MostEnded))
            await EndAsync(ids);
        await topology.DisposeAsync();
    }

    // [specifications/sessions, "endSessions"]: asked once, and only for the servers' sake.
    private async Task EndAsync(BsonDocument[] ids)
    {
        using var limit = new CancellationTokenSource(EndLimit, Time);
        try
        {
            if (topology.Known() is { } server)
                await server.RunAsync(new("admin", new() { ["endSessions"] = BsonArray.Of(ids, id => id) }), limit.Token);
        }
        catch (Exception error) when (error is MongoException or OperationCanceledException)
        {
            // The servers end them by themselves after 30 minutes.
        }
    }

    // When nobody is there for a second attempt, the first one's error says more.
    private async Task<MongoServer> AgainAsync(MongoException first, CancellationToken cancel)
    {
        try
        {
            return await topology.SelectAsync(cancel);
        }
        catch (MongoConnectionException)
        {
            throw first;
        }
    }
}
