namespace HealthDashboard.Data.MongoDb.Wire;

/// <summary>
/// The connections to one server: at most so many, those who wait for one get theirs in order, and the one used last is used first so that
/// the rest can be closed. Clearing it raises its generation; what was opened before is closed when it comes back.
/// </summary>
internal sealed class ConnectionPool(
    Func<CancellationToken, Task<MongoConnection>> open, int size, TimeSpan maxIdle, TimeProvider time) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Stack<MongoConnection> idle = [];

    // A released place goes to who waits longest.
    private readonly SemaphoreSlim places = new(size, size);
    private bool closed;

    /// <summary>How often it was cleared.</summary>
    public int Generation { get; private set; }

    /// <summary>A connection for the caller alone, until <see cref="Return"/>.</summary>
    /// <exception cref="MongoException">None can be opened.</exception>
    public async Task<MongoConnection> RentAsync(CancellationToken cancel)
    {
        await places.WaitAsync(cancel);
        try
        {
            while (TakeIdle() is { } connection)
            {
                if (time.GetElapsedTime(connection.UsedAt) < maxIdle)
                    return connection;
                connection.Dispose();
            }
            var generation = Generation;
            var opened = await open(cancel);
            opened.Generation = generation;
            return opened;
        }
        catch
        {
            places.Release();
            throw;
        }
    }

    public void Return(MongoConnection connection)
    {
        connection.UsedAt = time.GetTimestamp();
        lock (gate)
        {
            if (!connection.IsBroken && connection.Generation == Generation && !closed)
                idle.Push(connection);
            else
                connection.Dispose();
        }
        places.Release();
    }

    /// <summary>Closes what lies unused and whatever comes back: the server has gone, or is no longer what it was.</summary>
    public void Clear()
    {
        lock (gate)
        {
            Generation++;
            while (idle.TryPop(out var connection))
                connection.Dispose();
        }
    }

    public void Dispose()
    {
        lock (gate)
            closed = true;
        Clear();
    }

    private MongoConnection? TakeIdle()
    {
        lock (gate)
            return idle.TryPop(out var connection) ? connection : null;
    }
}
