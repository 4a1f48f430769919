using HealthDashboard.Data.MongoDb.Wire.Bson;

namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>One server: its connections, and the one that asks it again and again what it is [server monitoring, polling].</summary>
internal sealed class MongoServer
{
    private readonly Topology topology;
    private readonly MongoClientOptions options;
    private readonly TimeProvider time;
    private readonly ConnectionPool pool;
    private readonly CancellationTokenSource stop = new();
    private volatile TaskCompletionSource woken = Signal();
    private Task watching = Task.CompletedTask;
    private int noted;

    public MongoServer(string address, Topology topology, MongoClientOptions options, TimeProvider time)
    {
        (Address, this.topology, this.options, this.time) = (address, topology, options, time);
        pool = new ConnectionPool(
            cancel => MongoConnection.OpenAsync(address, options, signIn: true, time, cancel), options.MaxPoolSize, options.MaxIdleTime, time);
    }

    public string Address { get; }

    /// <summary>Begins to ask.</summary>
    public void Watch() => watching = Task.Run(WatchAsync);

    /// <summary>Asks now rather than at the next heartbeat.</summary>
    public void Wake() => woken.TrySetResult();

    /// <summary>Runs a command; what its failure says about the server is noted.</summary>
    /// <exception cref="MongoException">It failed, or any part of it did.</exception>
    public async Task<BsonDocument> RunAsync(MongoCommand command, CancellationToken cancel)
    {
        var generation = pool.Generation;
        MongoConnection? connection = null;
        try
        {
            connection = await pool.RentAsync(cancel);
            generation = connection.Generation;
            var reply = await connection.ExecuteAsync(topology.Clock.Stamp(command), cancel);
            topology.Clock.Observe(reply);
            MongoCommandException.ThrowIfFailed(command.Name, reply);
            return reply;
        }
        catch (MongoException error)
        {
            Note(error, generation);
            throw;
        }
        finally
        {
            if (connection is not null)
                pool.Return(connection);
        }
    }

    /// <summary>Ends everything; what is under way fails.</summary>
    public async Task CloseAsync()
    {
        await stop.CancelAsync();
        pool.Dispose();
        await watching;
        stop.Dispose();
    }

    // [server discovery and monitoring, "Application errors"]
    private void Note(MongoException error, int generation)
    {
        // What was opened before the last clearing says nothing about the server of now.
        if (generation != pool.Generation)
            return;
        if (error is MongoConnectionException or MongoCommandException { IsNotPrimary: true })
            Interlocked.Increment(ref noted);
        if (error is MongoConnectionException)
        {
            topology.Heard(ServerDescription.Unknown(Address, error.Message));
            pool.Clear();
        }
        else if (error is MongoCommandException { IsNotPrimary: true } changed)
        {
            topology.Heard(ServerDescription.Unknown(Address, $"{Address} is no longer primary."));
            if (changed.IsShutdown)
                pool.Clear();
            Wake();
        }
    }

    private async Task WatchAsync()
    {
        MongoConnection? connection = null;
        var wasKnown = false;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var before = Volatile.Read(ref noted);
                (connection, var server) = await AskAsync(connection);
                // What was asked before a call failed is older than what the failure said.
                if (before != Volatile.Read(ref noted))
                    continue;
                topology.Heard(server);
                var failed = server.Type == ServerType.Unknown;
                if (failed)
                    pool.Clear();
                // One that was there a moment ago is asked again at once: it may only have closed an old connection.
                if (!failed || !wasKnown)
                    await PauseAsync();
                wasKnown = !failed;
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Closed, and nobody waits for the answer any more, whatever became of it.
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async Task<(MongoConnection? Connection, ServerDescription Server)> AskAsync(MongoConnection? connection)
    {
        using var late = new CancellationTokenSource(options.ConnectTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop.Token);
        try
        {
            BsonDocument hello;
            if (connection is null)
            {
                connection = await MongoConnection.OpenAsync(Address, options, signIn: false, time, stop.Token);
                hello = connection.Hello;
            }
            else
            {
                hello = await connection.ExecuteAsync(new("admin", new() { ["hello"] = 1 }), limit.Token);
            }
            MongoCommandException.ThrowIfFailed("hello", hello);
            return (connection, ServerDescription.From(Address, hello));
        }
        catch (Exception error) when (!stop.IsCancellationRequested)
        {
            // Whatever it is: a server that nobody asks any more would never come back.
            connection?.Dispose();
            var reason = error switch
            {
                MongoException known => known.Message,
                OperationCanceledException => $"{Address} does not answer.",
                _ => $"{Address} cannot be asked ({error.GetType().Name}).",
            };
            return (null, ServerDescription.Unknown(Address, reason));
        }
    }

    private async Task PauseAsync()
    {
        await Task.Delay(options.MinHeartbeatFrequency, time, stop.Token);
        try
        {
            await woken.Task.WaitAsync(options.HeartbeatFrequency, time, stop.Token);
        }
        catch (TimeoutException)
        {
            // Nobody was in a hurry.
        }
        woken = Signal();
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
